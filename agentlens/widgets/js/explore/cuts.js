// Which columns is the heatmap cut by?
import { fill, h } from "../base/dom.js";

// `act` is told which columns are wanted.
export function exploreCuts({ act, still }) {
  const element = h("div", { class: "al-explore-by" });
  return {
    element,
    draw({ by, choices }) {
      const select = (nth, words) => {
        const onchange = (event) => {
          const wanted = [by[0], by[1] ?? ""];
          wanted[nth] = event.target.value;
          act({ act: "by", by: wanted });
        };
        const options = [...(nth ? [""] : []), ...choices].map((one) =>
          h("option", { value: one, selected: one === (by[nth] ?? "") }, one || "(none)"),
        );
        return h("label", {}, `${words} `, h("select", { disabled: still, onchange }, options));
      };
      fill(element, choices.length ? [select(0, "rows"), select(1, "columns")] : []);
    },
  };
}
