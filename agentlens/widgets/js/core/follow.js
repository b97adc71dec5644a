// Where does one chart stand, bin by bin, and when does it call?
// The reference is stats/charts/follow.py; vectors hold both together.

const RUNAWAY = 2;
const BACK = 0.5;

const kept = (value, most) => Math.min(Math.max(value, 0), most);

// Which arm is the larger; one that is no number counts as that, as it does in the reference.
const larger = (up, down) => (Number.isNaN(up) || up >= down ? 0 : 1);

// All arrays hold only the bins with data. An alarm is an episode: it lasts until its arm is back
// within half its limit, then the chart starts anew, as it does when the test begins.
export function followed({ up, down, reach, keep, floor, head, upper, lower, tested, fired }) {
  const n = tested.length;
  const out = { up: [], down: [], beyond: [], episode: [] };
  const fresh = [head * upper, head * lower];
  let [a, b] = fresh;
  let calling = 0;
  let before = false;
  for (let t = 0; t < n; t += 1) {
    const now = Boolean(tested[t]);
    if (now !== before) {
      [a, b] = fresh;
      before = now;
      calling = 0;
    }
    a = keep * a + up[t];
    b = keep * b + down[t];
    if (floor) {
      a = kept(a, RUNAWAY * upper);
      b = kept(b, RUNAWAY * lower);
    }
    out.up.push(a);
    out.down.push(b);
    const over = [a / (upper * reach[t]), b / (lower * reach[t])];
    let beyond = 0;
    if (now) {
      if (over[0] > 1 || over[1] > 1 || (fired && fired[t])) {
        calling = larger(...over) === 0 ? 1 : -1;
        beyond = calling;
      } else if (calling && over[calling > 0 ? 0 : 1] < BACK) {
        [a, b] = fresh;
        calling = 0;
      }
    }
    out.beyond.push(beyond);
    out.episode.push(now ? calling : 0);
  }
  return out;
}
