// Which colours of a figure would be lost on dark paper, and what stands for them there?
// The bands' colours carry white words; as words and lines they must be brighter.
import { put } from "../../page/js/paint.js";

const BRIGHT = new Map([
  ["#A83A00", "#FF9D6B"],
  ["#7A5200", "#D9A93F"],
  ["#00664B", "#45C09A"],
  ["#4B5563", "#9AA5B5"],
]);
const DRAWN = ["line.color", "marker.color", "marker.line.color", "error_x.color", "error_y.color"];

// The places of such colours, by path, as the figure came.
export function banded({ data, layout }) {
  const found = {};
  const see = (path, colour) => BRIGHT.has(colour) && (found[path] = colour);
  layout.annotations?.forEach(({ bgcolor, font }, i) => {
    if (!bgcolor) see(`layout.annotations.${i}.font.color`, font?.color);
  });
  layout.shapes?.forEach(({ line }, i) => see(`layout.shapes.${i}.line.color`, line?.color));
  data.forEach((trace, i) => {
    for (const path of [...DRAWN, "textfont.color"]) {
      const value = path.split(".").reduce((part, key) => part?.[key], trace);
      see(`data.${i}.${path}`, value);
    }
  });
  return found;
}

// A dressed figure with those colours as the box can show them.
export function brightened(box, dressed, found) {
  const [r, g, b] = getComputedStyle(box).backgroundColor.match(/[\d.]+/g).map(Number);
  const dark = r + g + b < 384;
  for (const [path, colour] of Object.entries(found)) {
    put(dressed, path.split("."), dark ? BRIGHT.get(colour) : colour);
  }
  return dressed;
}
