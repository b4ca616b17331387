/* The take that is played: roll with its slider, strip of bars with locks, lead sheet, numbers, player.

   const solo = new jazzgram.SoloView({onlock, fetchScore, fetchNumbers});
   solo.show(view, locked)   another take; what is playing goes on from the same tick
   solo.showLocks(locked)    another set of locked bars
   solo.showStep(step)       show the notes after a step of the view
   solo.refresh()            another tab is shown: it gets what it lacks
   solo.toggle()             play or pause
   solo.effects              what each step of the chain did, by its index in the chain, as text
   onlock(bar, whether) is called on a click on a bar; for the others see lead_sheet.js and numbers.js */
(function (jazzgram) {
  "use strict";
  const { timeline, steps } = jazzgram;
  const { get, make } = jazzgram.dom;
  const HINT =
    "Point at a note to see where it comes from, or go through them with the arrow keys; a click plays from there.";

  jazzgram.SoloView = class SoloView {
    #onlock;
    #sheet;
    #numbers;
    #view = null;
    #roll = null;
    #player = null;
    #locked = [];
    #copied = new Map(); // see steps.copiedRuns
    #soundingBar = null;
    #frame = 0;

    constructor({ onlock, fetchScore, fetchNumbers }) {
      this.#onlock = onlock;
      this.#sheet = new jazzgram.LeadSheet({ fetchScore, onseek: (tick) => this.#playFrom(tick) });
      this.#numbers = new jazzgram.Numbers({ fetchNumbers, oncopied: (rows) => this.#markCopied(rows) });
      const stepIndex = () => Number(get("step").value);
      get("step").addEventListener("input", () => this.#showStepAt(stepIndex()));
      get("back").addEventListener("click", () => this.#showStepAt(stepIndex() - 1));
      get("forth").addEventListener("click", () => this.#showStepAt(stepIndex() + 1));
      get("roll").addEventListener("item", (event) => this.#tellItem(event.detail));
      get("roll").addEventListener("seek", (event) => this.#playFrom(event.detail.tick));
      get("band").addEventListener("change", () => this.#muteBand());
      get("play").addEventListener("click", () => this.toggle());
      get("time").addEventListener("input", () => {
        if (!this.#player) return;
        this.#player.seek(Number(get("time").value));
        this.#tellTime();
      });
    }

    get effects() {
      const texts = [];
      for (const step of this.#view.steps) {
        const number = /^(\d+):/.exec(step.label);
        if (number && step.hook !== "unparse_grammar") texts[Number(number[1]) - 1] = steps.changesText(step);
      }
      return texts;
    }

    show(view, locked) {
      const lastBefore = this.#view ? this.#last : null;
      const stepBefore = Number(get("step").value);
      this.#view = view;
      this.#copied = new Map();
      this.#locked = locked;
      if (!this.#roll) {
        this.#roll = new jazzgram.Roll(get("roll"), view);
        this.#player = new jazzgram.Player(view);
        this.#player.onchange = () => this.#tellTime();
        this.#player.onend = () => this.#loop();
      } else {
        this.#roll.show(view);
        this.#player.show(view);
      }
      this.#muteBand();
      this.#drawStrip();
      this.#soundingBar = null;
      // Who looks at a step goes on looking at it, as long as the chain is as long.
      if (lastBefore !== null && stepBefore < lastBefore && lastBefore === this.#last) {
        this.#showStepAt(stepBefore);
      } else {
        this.#tellStep(this.#last);
        get("item").textContent = HINT;
      }
      this.#tellTime();
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

    get #last() {
      return this.#view.steps.length - 1;
    }

    #showStepAt(wanted) {
      if (!this.#view) return;
      const index = Math.max(0, Math.min(wanted, this.#last));
      this.#roll.showStep(index);
      this.#tellStep(index);
    }

    #tellStep(wanted) {
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

    #tellItem({ step, index }) {
      const told = { copied: this.#copied, nameOf: steps.stepName };
      const parts = index === null ? [HINT] : steps.story(this.#view, step, index, told);
      get("item").textContent = parts.join(" · ");
    }

    #markCopied(rows) {
      this.#copied = steps.copiedRuns(rows);
      this.#roll.mark(this.#copied.keys());
    }

    #drawStrip() {
      const symbols = Array.from({ length: this.#view.bars }, () => []);
      for (const { onset, symbol } of this.#view.chords) symbols[timeline.barOf(onset, this.#view)]?.push(symbol);
      const bars = symbols.map((names, bar) =>
        make(
          "button",
          {
            type: "button",
            class: "bar",
            "data-bar": bar,
            "aria-label": `Lock bar ${bar + 1}, ${names.join(" ") || "no chord"}`,
            on: { click: () => this.#onlock(bar, !this.#locked.includes(bar)) },
          },
          make("small", {}, String(bar + 1)),
          names.join(" "),
        ),
      );
      get("strip").replaceChildren(...bars);
      this.showLocks(this.#locked);
    }

    #playFrom(tick) {
      this.#player.seek(tick);
      this.#player.play();
      this.#tellTime();
    }

    #muteBand() {
      if (!this.#view) return;
      const isMuted = !get("band").checked;
      for (let track = 1; track < this.#view.tracks.length; track += 1) this.#player.mute(track, isMuted);
    }

    #loop() {
      if (get("loop").checked) this.#player.play();
    }

    #tellTime() {
      const { tick, playing, length } = this.#player;
      const shown = playing || tick > 0 ? tick : null;
      get("time").max = length;
      get("time").value = tick;
      get("clock").textContent = timeline.clock(tick, this.#view);
      this.#roll.moveCursor(shown);
      this.#sheet.light(shown);
      this.#tellBar(playing ? timeline.barOf(tick, this.#view) : -1);
      get("play").textContent = playing ? "❚❚" : "▶";
      get("play").setAttribute("aria-label", playing ? "Pause" : "Play");
      cancelAnimationFrame(this.#frame);
      if (playing) this.#frame = requestAnimationFrame(() => this.#tellTime());
    }

    #tellBar(bar) {
      if (bar === this.#soundingBar) return;
      for (const button of get("strip").querySelectorAll(".now")) button.classList.remove("now");
      get("strip").children[bar]?.classList.add("now");
      this.#soundingBar = bar;
    }
  };
})((globalThis.jazzgram ??= {}));
