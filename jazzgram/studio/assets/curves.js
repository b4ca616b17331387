/* Curves over the bars: what is asked for as a line, what the take has as dots.

   jazzgram.curves.show(element, curves)   curves: [{name, asked, played}], a value or null for each bar
   jazzgram.curves.layout(curve)           {line, dots, low, high}: SVG points in a box of one unit a bar by one */
(function (jazzgram) {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const HEIGHT = 36; // pixels

  /* Where the line and the dots of a curve are; bars without a value are left out. */
  function layout({ asked, played }) {
    const known = [...asked, ...played].filter((value) => value !== null);
    const low = Math.min(...known);
    const high = Math.max(...known);
    const y = (value) => (high === low ? 0.5 : (high - value) / (high - low));
    const line = asked.flatMap((value, bar) =>
      value === null
        ? []
        : [
            [bar, y(value)],
            [bar + 1, y(value)],
          ],
    );
    const dots = played.flatMap((value, bar) => (value === null ? [] : [[bar + 0.5, y(value)]]));
    return { line, dots, low, high };
  }

  function draw(name, attributes, ...children) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  function makeCurve(curve) {
    const { line, dots, low, high } = layout(curve);
    const bars = curve.asked.length;
    const x = (bar) => (100 * bar) / bars;
    const top = (share) => 4 + share * (HEIGHT - 8);
    const points = line.map(([bar, share]) => `${x(bar)},${top(share)}`).join(" ");
    const box = { viewBox: `0 0 100 ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" };
    const marks = dots.map(([bar, share]) => {
      const [at, height] = [x(bar), top(share)];
      return draw("line", { class: "dot", x1: at, x2: at, y1: height, y2: height });
    });
    const text = `${curve.name.replaceAll("_", " ")}, ${low} to ${high}`;
    return jazzgram.dom.make(
      "figure",
      { class: "bar-curve" },
      jazzgram.dom.make("figcaption", {}, text),
      draw("svg", box, draw("polyline", { points }), ...marks),
    );
  }

  function show(element, curves) {
    element.hidden = curves.length === 0;
    element.replaceChildren(...curves.map(makeCurve));
  }

  jazzgram.curves = { layout, show };
})((globalThis.jazzgram ??= {}));
