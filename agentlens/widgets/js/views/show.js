// One trace, or one of a few at a time.
import { fill, h } from "../base/dom.js";
import { view } from "../base/view.js";
import { traceView } from "../trace/trace.js";

function build({ root, ask, say, still }) {
  const none = h("p", { hidden: true });
  const shown = traceView({ ask, say, still });
  root.append(none, shown.element);
  return {
    draw({ trace, empty }) {
      fill(none, empty ?? "");
      none.hidden = Boolean(trace);
      shown.element.hidden = !trace;
      if (trace) shown.draw(trace);
    },
    stop: shown.stop,
  };
}

export default view(build);
