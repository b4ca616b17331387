/* A keyboard on the screen, for touch and mouse; it shows what is played on any other.

   const piano = new jazzgram.TradePiano(element, onstroke);
   piano.show(octave)            the octave from which on the computer's keys play: their letters are on its keys; a
                                 narrow page has these alone
   piano.light(pitch, isDown)
   onstroke(pitch, velocity, moment): velocity 0 is a release, the moment is in seconds of the page's clock */
(function (jazzgram) {
  "use strict";
  const { make } = jazzgram.dom;
  const { isBlack, letterOf, nameOf } = jazzgram.tradeKeys;
  const VELOCITY = 90;
  const NARROW = matchMedia("(max-width: 620px)");
  const [FEW, MANY] = [17, 37]; // keys of a narrow page, and of a wide one, which begins an octave lower

  jazzgram.TradePiano = class TradePiano {
    #element;
    #onstroke;
    #octave = 4;
    #keys = new Map(); // by pitch
    #pointers = new Map(); // the pitch that each finger plays

    constructor(element, onstroke) {
      this.#element = element;
      this.#onstroke = onstroke;
      NARROW.addEventListener("change", () => this.show(this.#octave));
      element.addEventListener("pointerdown", (event) => this.#press(event));
      element.addEventListener("pointermove", (event) => this.#glide(event));
      for (const type of ["pointerup", "pointercancel"]) element.addEventListener(type, (event) => this.#lift(event));
    }

    show(octave) {
      this.#octave = octave;
      const first = 12 * (NARROW.matches ? octave + 1 : octave);
      this.#keys = new Map();
      const pitches = Array.from({ length: NARROW.matches ? FEW : MANY }, (_, index) => first + index);
      const nodes = pitches.filter((pitch) => pitch <= 127).map((pitch) => this.#makeKey(pitch, octave));
      this.#element.replaceChildren(...nodes);
    }

    light(pitch, isDown) {
      this.#keys.get(pitch)?.classList.toggle("down", isDown);
    }

    #makeKey(pitch, octave) {
      const letter = letterOf(pitch, octave);
      const name = pitch % 12 === 0 ? nameOf(pitch) : "";
      const parts = [make("kbd", {}, letter), make("small", {}, name)];
      const key = make("div", { class: isBlack(pitch) ? "key black" : "key white", "data-pitch": pitch }, ...parts);
      this.#keys.set(pitch, key);
      return key;
    }

    #pitchAt({ clientX, clientY }) {
      const key = document.elementFromPoint(clientX, clientY)?.closest?.(".key");
      return key && this.#element.contains(key) ? Number(key.dataset.pitch) : null;
    }

    #press(event) {
      const pitch = this.#pitchAt(event);
      if (pitch === null) return;
      event.preventDefault();
      event.target.releasePointerCapture?.(event.pointerId);
      this.#pointers.set(event.pointerId, pitch);
      this.#onstroke(pitch, VELOCITY, event.timeStamp / 1000);
    }

    #glide(event) {
      const before = this.#pointers.get(event.pointerId);
      if (before === undefined) return;
      const pitch = this.#pitchAt(event);
      if (pitch === before) return;
      this.#onstroke(before, 0, event.timeStamp / 1000);
      this.#pointers.delete(event.pointerId);
      if (pitch === null) return;
      this.#pointers.set(event.pointerId, pitch);
      this.#onstroke(pitch, VELOCITY, event.timeStamp / 1000);
    }

    #lift(event) {
      const pitch = this.#pointers.get(event.pointerId);
      if (pitch === undefined) return;
      this.#pointers.delete(event.pointerId);
      this.#onstroke(pitch, 0, event.timeStamp / 1000);
    }
  };
})((globalThis.jazzgram ??= {}));
