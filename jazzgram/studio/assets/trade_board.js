/* What one reads while trading: whose turn it is, the countdown, the chords, and the light that shows input.

   const board = new jazzgram.TradeBoard();
   board.clear()
   board.show(turns, view, tick)
   board.blink() */
(function (jazzgram) {
  "use strict";
  const { timeline } = jazzgram;
  const { get, make } = jazzgram.dom;
  const { situation, situationText, barsAhead } = jazzgram.tradeTurns;
  const LIGHT = 140; // milliseconds

  jazzgram.TradeBoard = class TradeBoard {
    #bar = null; // whose chords are shown
    #dark = null; // the timer of the light

    clear() {
      this.#bar = null;
    }

    show(turns, view, tick) {
      const now = situation(turns, view, tick);
      const { who, count } = situationText(now);
      setText("trade-who", who);
      setText("trade-count-down", count);
      get("trade-turn").dataset.player = now.player ?? "";
      const bar = Math.max(0, timeline.barOf(tick, view));
      if (bar === this.#bar) return;
      this.#bar = bar;
      const makeBar = (each) => {
        const spans = each.chords.map((symbol) => make("span", {}, symbol));
        return make("div", { class: each.bar === bar ? "bar-now" : null }, ...spans);
      };
      const rows = barsAhead(view, tick).map((row) => make("div", { class: "row" }, ...row.map(makeBar)));
      get("trade-chords").replaceChildren(...rows);
    }

    blink() {
      get("trade-light").classList.add("on");
      clearTimeout(this.#dark);
      this.#dark = setTimeout(() => get("trade-light").classList.remove("on"), LIGHT);
    }
  };

  function setText(id, text) {
    if (get(id).textContent !== text) get(id).textContent = text;
  }
})((globalThis.jazzgram ??= {}));
