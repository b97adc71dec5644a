// When did each episode begin and end, and on which side?

// Runs of bins with the same side: [first, last, side], in order of time.
export function episodesOf(sides) {
  const found = [];
  for (let t = 0; t < sides.length; t += 1) {
    const side = sides[t];
    if (!side) continue;
    const newest = found[found.length - 1];
    if (newest && newest[1] === t - 1 && newest[2] === side) newest[1] = t;
    else found.push([t, t, side]);
  }
  return found;
}
