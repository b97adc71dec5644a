// Where is a data point on the screen, and what did plotly say about the gesture made there?
// One object of functions; each takes the plot's element and one argument. `plot.py` calls them.
({
  // `_fullData` is empty for a moment after the plot's class appears, and old while lines are dragged.
  drawn(gd) {
    const traces = (gd.data || []).length;
    const full = gd._fullData || [];
    return full.length >= traces && gd.data !== undefined && gd._fullLayout?._size !== undefined
      && (gd.calcdata || []).length >= traces && gd.querySelector(".main-svg") !== null
      && gd.getBoundingClientRect().width > 0 && gd.dataset.sketched === undefined;
  },

  // The axes and their pixels for one point of one trace.
  point(gd, { curve, index }) {
    const trace = gd._fullData[curve];
    if (!trace) throw new Error(`no trace ${curve}: the figure has ${gd._fullData.length}`);
    const name = (id) => `${id[0]}axis${id.slice(1)}`;
    const across = gd._fullLayout[name(trace.xaxis || "x")];
    const up = gd._fullLayout[name(trace.yaxis || "y")];
    if (!across || !up) throw new Error(`trace ${curve} (${trace.type}) has no x and y axes`);
    const cells = gd.calcdata[curve];
    let x, y;
    if (cells[0]?.z) {
      const [row, column] = index;
      // Bricks have one edge more than there are cells; contours have centres.
      const middle = (places, k, n) => places.length > n ? (places[k] + places[k + 1]) / 2 : places[k];
      x = across.c2p(middle(cells[0].x, column, cells[0].z[row].length));
      y = up.c2p(middle(cells[0].y, row, cells[0].z.length));
    } else {
      const cell = cells.find((one) => one.i === index) || {};
      if (trace.type === "bar" && cell.s1 !== undefined) {
        const position = cell.p0 === undefined ? cell.p : (cell.p0 + cell.p1) / 2;
        const length = (cell.b + cell.s1) / 2;
        const [px, py] = trace.orientation === "h" ? [length, position] : [position, length];
        [x, y] = [across.c2p(px), up.c2p(py)];
      } else if (Number.isFinite(cell.x) && Number.isFinite(cell.y)) {
        [x, y] = [across.c2p(cell.x), up.c2p(cell.y)];
      } else {
        const at = (values, start, step) => values ? values[index] : start + index * step;
        x = across.d2p(at(trace.x, trace.x0 ?? 0, trace.dx ?? 1));
        y = up.d2p(at(trace.y, trace.y0 ?? 0, trace.dy ?? 1));
      }
    }
    return this.place(across, up, x, y, `point ${JSON.stringify(index)} of trace ${curve}`);
  },

  // The same for a place given in data coordinates.
  data(gd, { x, y, xaxis, yaxis }) {
    const [across, up] = [gd._fullLayout[xaxis], gd._fullLayout[yaxis]];
    return this.place(across, up, across.d2p(x), up.d2p(y), `(${x}, ${y})`);
  },

  place(across, up, x, y, what) {
    if (!(x >= 0 && x <= across._length && y >= 0 && y <= up._length)) {
      throw new Error(`${what} is not inside the axes: pixel (${x}, ${y})`
        + ` of (${across._length}, ${up._length})`);
    }
    return { left: across._offset + x, top: up._offset + y };
  },

  // The pixel on the screen. A mark at that place is what scrolls into view and is measured,
  // so that tall figures, nested scrolling and transforms need no arithmetic of ours.
  async screen(gd, { left, top }) {
    const mark = document.createElement("span");
    mark.style.cssText = `position:absolute;width:0;height:0;left:${left}px;top:${top}px`;
    gd.querySelector(".svg-container").append(mark);
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    mark.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    let before, now = mark.getBoundingClientRect();
    do {
      before = now;
      await frame();
      await frame();
      now = mark.getBoundingClientRect();
    } while (before.x !== now.x || before.y !== now.y);
    mark.remove();
    return { x: now.x, y: now.y };
  },

  listen(gd, name) {
    this.deaf(gd);
    const plain = (value) => ArrayBuffer.isView(value) ? Array.from(value) : value;
    const listener = (event) => {
      gd.harnessHeard = {
        range: event?.range ?? null,
        points: (event?.points ?? []).map((point) => ({
          x: plain(point.x), y: plain(point.y), z: plain(point.z), text: point.text,
          curveNumber: point.curveNumber, pointIndex: point.pointIndex ?? point.pointNumber,
          customdata: plain(point.customdata), id: point.id,
        })),
      };
    };
    gd.harnessListener = { name, listener };
    gd.on(name, listener);
  },

  deaf(gd) {
    if (gd.harnessListener) gd.removeListener(gd.harnessListener.name, gd.harnessListener.listener);
    delete gd.harnessListener;
    delete gd.harnessHeard;
  },

  heard: (gd) => gd.harnessHeard !== undefined,
  hovers: (gd, { curve }) => (gd._hoverdata || []).some((point) => point.curveNumber === curve),

  // A drag that starts inside an older selection would move it and select nothing.
  async selecting(gd) {
    if ((gd._fullLayout.selections || []).length) {
      if (!window.Plotly) throw new Error("an older selection is drawn and cannot be cleared");
      await window.Plotly.relayout(gd, { selections: [] });
    }
    if (gd._fullLayout.dragmode !== "select") {
      const button = gd.querySelector('.modebar-btn[data-attr="dragmode"][data-val="select"]');
      if (!button) throw new Error("the figure offers no box selection");
      button.click();
    }
  },

  under: (gd, { x, y }) => {
    const element = document.elementFromPoint(x, y);
    return element ? `${element.tagName}.${element.getAttribute("class")}` : "nothing";
  },
})
