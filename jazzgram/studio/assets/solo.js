/* The take that is played: roll with its slider, strip of bars with locks, lead sheet, numbers, player.

   const solo = new jazzgram.SoloView({onlock, ontime, fetchScore, fetchNumbers, fetchFile});
   solo.show({view, sound}, locked)   another take; what is playing goes on from the same tick
   solo.showLocks(locked)    another set of locked bars
   solo.showStep(step)       show the notes after a step of the view
   solo.refresh()            another tab is shown: it gets what it lacks
   solo.toggle() solo.pause() solo.playFrom(tick)
   solo.bank                 the recordings (bank.js)
   solo.faders               those of the mixer, as in player.js; solo.onfaders() is called when one is moved
   solo.effects              what each step of the chain did, by its index in the chain, as text
   onlock(bar, whether) is called on a click on a bar; ontime(tick) for every picture; for the others see lead_sheet.js, numbers.js and bank.js */
(function (jazzgram) {
  "use strict";
  const { timeline, steps } = jazzgram;
  const { get, make } = jazzgram.dom;
  const HINT =
    "Point at a note to see where it comes from, or go through them with the arrow keys; a click plays from there.";

  jazzgram.SoloView = class SoloView {
    onfaders = () => {};
    #onlock;
    #ontime;
    #sheet;
    #numbers;
    #view = null;
    #roll = null;
    #player = null;
    #transport = null;
    #bank;
    #sound = null;
    #locked = [];
    #copied = new Map(); // see steps.copiedRuns
    #soundingBar = null;

    constructor({ onlock, ontime, fetchScore, fetchNumbers, fetchFile }) {
      this.#onlock = onlock;
      this.#ontime = ontime;
      this.#bank = new jazzgram.Bank(fetchFile);
      this.#sheet = new jazzgram.LeadSheet({ fetchScore, onseek: (tick) => this.#transport.playFrom(tick) });
      this.#numbers = new jazzgram.Numbers({ fetchNumbers, oncopied: (rows) => this.#markCopied(rows) });
      const stepIndex = () => Number(get("step").value);
      get("step").addEventListener("input", () => this.#showStepAt(stepIndex()));
      get("back").addEventListener("click", () => this.#showStepAt(stepIndex() - 1));
      get("forth").addEventListener("click", () => this.#showStepAt(stepIndex() + 1));
      get("roll").addEventListener("item", (event) => this.#showItem(event.detail));
      get("roll").addEventListener("seek", (event) => this.#transport.playFrom(event.detail.tick));
      get("roll").addEventListener("bars", ({ detail: { from, to } }) => this.#transport.loopBars(from, to));
    }

    get bank() {
      return this.#bank;
    }

    get faders() {
      return this.#player?.parts ?? [];
    }

    get effects() {
      const texts = [];
      for (const step of this.#view.steps) {
        const number = /^(\d+):/.exec(step.label);
        if (number && step.hook !== "unparse_grammar") texts[Number(number[1]) - 1] = steps.changesText(step);
      }
      return texts;
    }

    show({ view, sound }, locked) {
      const lastBefore = this.#view ? this.#last : null;
      const stepBefore = Number(get("step").value);
      this.#view = view;
      this.#sound = sound;
      this.#copied = new Map();
      this.#locked = locked;
      if (!this.#roll) {
        this.#roll = new jazzgram.Roll(get("roll"), view);
        this.#player = new jazzgram.Player(view, sound, this.#bank);
        this.#player.onfaders = () => this.onfaders();
        this.#player.onerror = (error) => {
          get("item").textContent = `It cannot be played: ${error.message}`;
        };
        this.#transport = new jazzgram.Transport(get("player"), this.#player, {
          view,
          onframe: (time) => this.#showTime(time),
          onloop: (loop) => this.#roll.showLoop(loop),
        });
        this.#player.prepare();
      } else {
        this.#roll.show(view);
        this.#player.show(view, sound);
        this.#transport.show(view);
      }
      this.#drawStrip();
      this.#soundingBar = null;
      // Who looks at a step goes on looking at it, as long as the chain is as long.
      if (lastBefore !== null && stepBefore < lastBefore && lastBefore === this.#last) {
        this.#showStepAt(stepBefore);
      } else {
        this.#showCaption(this.#last);
        get("item").textContent = HINT;
      }
      this.#sheet.show(view);
      this.#numbers.show(view);
    }

    showLocks(locked) {
      this.#locked = locked;
      for (const button of get("strip").children) {
        button.setAttribute("aria-pressed", String(locked.includes(Number(button.dataset.bar))));
      }
      get("unlock").hidden = locked.length === 0;
    }

    showStep(step) {
      this.#showStepAt(this.#view.steps.indexOf(step));
    }

    refresh() {
      this.#sheet.refresh();
      this.#numbers.refresh();
    }

    toggle() {
      this.#player?.toggle();
    }

    pause() {
      this.#player?.pause();
    }

    playFrom(tick) {
      this.#transport.playFrom(tick);
    }

    get #last() {
      return this.#view.steps.length - 1;
    }

    #showStepAt(wanted) {
      if (!this.#view) return;
      const index = Math.max(0, Math.min(wanted, this.#last));
      this.#roll.showStep(index);
      this.#player.show(steps.viewAt(this.#view, index), this.#sound);
      this.#showCaption(index);
    }

    #showCaption(wanted) {
      const index = Math.max(0, wanted);
      const step = this.#view.steps[index];
      get("step").max = Math.max(this.#last, 0);
      get("step").value = index;
      get("step").setAttribute("aria-valuetext", step ? steps.stepName(step.label) : "nothing");
      get("status").textContent = step
        ? steps.stepCaption(step, index, this.#view.steps.length)
        : "Nothing was sampled.";
      get("back").disabled = index === 0;
      get("forth").disabled = index === this.#last;
    }

    #showItem({ step, index }) {
      const facts = { copied: this.#copied, nameOf: steps.stepName };
      const parts = index === null ? [HINT] : steps.story(this.#view, step, index, facts);
      get("item").textContent = parts.join(" · ");
    }

    #markCopied(rows) {
      this.#copied = steps.copiedRuns(rows);
      this.#roll.mark(this.#copied.keys());
    }

    #drawStrip() {
      const symbols = Array.from({ length: this.#view.bars }, () => []);
      for (const { onset, symbol } of this.#view.chords) symbols[timeline.barOf(onset, this.#view)]?.push(symbol);
      let last = "no chord";
      const bars = symbols.map((own, bar) => {
        const isHeld = own.length === 0; // the chord of the bar before goes on
        const names = isHeld ? [last] : own;
        last = names.at(-1);
        return make(
          "button",
          {
            type: "button",
            class: isHeld ? "bar held" : "bar",
            "data-bar": bar,
            "aria-label": `Lock bar ${bar + 1}, ${names.join(" ")}`,
            on: { click: () => this.#onlock(bar, !this.#locked.includes(bar)) },
          },
          make("small", {}, String(bar + 1)),
          names.join(" "),
        );
      });
      get("strip").replaceChildren(...bars);
      this.showLocks(this.#locked);
    }

    #showTime({ tick, playing }) {
      this.#roll.moveCursor(tick);
      if (playing) this.#roll.follow();
      this.#sheet.light(tick, playing);
      this.#ontime(tick);
      this.#markBar(playing ? timeline.barOf(tick, this.#view) : -1);
    }

    #markBar(bar) {
      if (bar === this.#soundingBar) return;
      for (const button of get("strip").querySelectorAll(".now")) button.classList.remove("now");
      get("strip").children[bar]?.classList.add("now");
      this.#soundingBar = bar;
    }
  };
})((globalThis.jazzgram ??= {}));
