/* The lead sheet: which heads sound, where it was clicked, and that it follows the music.

   const sheet = new jazzgram.Sheet(element, onseek);   onseek(tick) is called on a click near a note
   sheet.show(onsets)            the score that stands in the element: [id, tick] of each note head
   sheet.light(tick, playing)    light the heads that sound; null puts them out. While it plays, what is in sight stays so */
(function (jazzgram) {
  "use strict";
  const { timeline } = jazzgram;
  const MARGIN = 40; // pixels between what sounds and the edge of the window
  const AHEAD = 0.35; // of the window or the element: where what sounds is put

  jazzgram.Sheet = class Sheet {
    #element;
    #onsets = [];
    #lit = [];
    #wasInSight = false;

    constructor(element, onseek) {
      this.#element = element;
      element.addEventListener("click", (event) => {
        const onset = this.#nearestOnset(event);
        if (onset !== null) onseek(onset);
      });
    }

    show(onsets) {
      this.#onsets = onsets;
      this.#lit = [];
      this.#wasInSight = false;
    }

    light(tick, playing) {
      const ids = timeline.headsAt(this.#onsets, tick);
      if (ids.join() === this.#lit.map(({ id }) => id).join()) return;
      for (const head of this.#lit) head.classList.remove("sounding");
      this.#lit = ids.map((id) => document.getElementById(id)).filter(Boolean);
      for (const head of this.#lit) head.classList.add("sounding");
      if (playing && this.#lit.length) this.#follow(this.#lit[0]);
    }

    /* Turn the page: sideways within the element always, up and down only for who looks at it. */
    #follow(head) {
      const box = head.getBoundingClientRect();
      const frame = this.#element.getBoundingClientRect();
      if (box.left < frame.left + MARGIN || box.right > frame.right - MARGIN) {
        this.#element.scrollBy({ left: box.left - frame.left - AHEAD * frame.width, behavior: "smooth" });
      }
      const bottom = document.querySelector(".player").getBoundingClientRect().top;
      const isInSight = box.top > MARGIN && box.bottom < bottom - MARGIN;
      const looksAt = this.#wasInSight;
      this.#wasInSight = isInSight || (looksAt && frame.top < bottom && frame.bottom > 0);
      if (looksAt && !isInSight) scrollBy({ top: box.top - AHEAD * bottom, behavior: "smooth" });
    }

    /* Heads are small: what counts is which one is nearest, and a staff is closer together than its notes. */
    #nearestOnset({ clientX, clientY }) {
      let nearest = null;
      let least = Infinity;
      for (const [id, onset] of this.#onsets) {
        const box = document.getElementById(id)?.getBoundingClientRect();
        if (!box) continue;
        const away = Math.hypot(clientX - box.left - box.width / 2, 2 * (clientY - box.top - box.height / 2));
        if (away < least) [nearest, least] = [onset, away];
      }
      return nearest;
    }
  };
})((globalThis.jazzgram ??= {}));
