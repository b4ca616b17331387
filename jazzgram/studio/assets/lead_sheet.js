/* The lead sheet of a take, engraved by the server when its panel is open.

   const sheet = new jazzgram.LeadSheet({fetchScore, onseek});
   sheet.show(view)    another take; it is engraved as soon as the panel is open
   sheet.refresh()     the panel may have been opened
   sheet.light(tick)   light the heads that sound at a tick; null puts them out
   fetchScore() gives {svg, style, onsets} of the take that is shown; onseek(tick) is called on a click on a note */
(function (jazzgram) {
  "use strict";
  const { timeline } = jazzgram;
  const { get } = jazzgram.dom;

  /* The picture's style as a sheet of the page, whose policy allows no style element. */
  function styleSheet(text) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  }

  jazzgram.LeadSheet = class LeadSheet {
    #fetchScore;
    #view = null;
    #engraved = null; // the view whose score is shown
    #onsets = []; // [id, tick] of each note head
    #lit = [];

    constructor({ fetchScore, onseek }) {
      this.#fetchScore = fetchScore;
      get("score").addEventListener("click", (event) => {
        const known = new Map(this.#onsets);
        for (let node = event.target; node && node !== get("score"); node = node.parentNode) {
          if (!known.has(node.id)) continue;
          onseek(known.get(node.id));
          return;
        }
      });
    }

    show(view) {
      this.#view = view;
      this.refresh();
    }

    async refresh() {
      if (get("panel-score").hidden || !this.#view || this.#engraved === this.#view) return;
      const wanted = this.#view;
      try {
        const { svg, style, onsets } = await this.#fetchScore();
        if (wanted !== this.#view) {
          this.refresh();
          return;
        }
        const parsed = new DOMParser().parseFromString(svg, "image/svg+xml");
        document.adoptedStyleSheets = [styleSheet(style)];
        get("score").replaceChildren(document.importNode(parsed.documentElement, true));
        get("score").setAttribute("aria-label", `Lead sheet of ${wanted.title}, ${wanted.bars} bars`);
        this.#onsets = Object.entries(onsets);
        this.#engraved = wanted;
      } catch (error) {
        get("score").textContent = error.message;
      }
    }

    light(tick) {
      for (const head of this.#lit) head.classList.remove("sounding");
      const ids = get("panel-score").hidden ? [] : timeline.headsAt(this.#onsets, tick);
      this.#lit = ids.map(get).filter(Boolean);
      for (const head of this.#lit) head.classList.add("sounding");
    }
  };
})((globalThis.jazzgram ??= {}));
