/* The computer's keys, played while the tab Trade is open (trade_keys.js says which).

   const typing = new jazzgram.TradeTyping({onstroke, onoctave, oncommand});
   typing.octave         typing.shift(code) changes it as a key does
   typing.releaseAll()   forget what is held

   onstroke(pitch, velocity, moment) as of the other keyboards; oncommand(event) is asked first, and returns whether the
   key was for it; onoctave(octave). */
(function (jazzgram) {
  "use strict";
  const { get } = jazzgram.dom;
  const { pitchOf, octaveAfter } = jazzgram.tradeKeys;
  const VELOCITY = 90;
  const TYPED = "input:not([type=range]):not([type=checkbox]), textarea, select";

  jazzgram.TradeTyping = class TradeTyping {
    octave = 4;
    #on;
    #down = new Map(); // by code of a key: its pitch

    constructor(on) {
      this.#on = on;
      addEventListener("keydown", (event) => this.#keyDown(event), true);
      addEventListener("keyup", (event) => this.#keyUp(event), true);
    }

    shift(code) {
      this.octave = octaveAfter(code, this.octave);
      this.#on.onoctave(this.octave);
    }

    releaseAll() {
      this.#down.clear();
    }

    #keyDown(event) {
      if (get("panel-trade").hidden || event.target.closest?.(TYPED)) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const octave = octaveAfter(event.code, this.octave);
      const pitch = pitchOf(event.code, this.octave);
      const isCommand = this.#on.oncommand(event);
      if (isCommand || octave !== null || pitch !== null) event.stopPropagation(); // it is no key of the studio now
      if (isCommand) event.preventDefault();
      if (isCommand || event.repeat) return;
      if (octave !== null) {
        this.shift(event.code);
      } else if (pitch !== null) {
        this.#down.set(event.code, pitch);
        this.#on.onstroke(pitch, VELOCITY, event.timeStamp / 1000);
      }
    }

    #keyUp(event) {
      const pitch = this.#down.get(event.code);
      if (pitch === undefined) return;
      this.#down.delete(event.code);
      this.#on.onstroke(pitch, 0, event.timeStamp / 1000);
    }
  };
})((globalThis.jazzgram ??= {}));
