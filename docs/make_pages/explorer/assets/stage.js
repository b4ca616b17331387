/* Where a recorded run (combinations.js) is seen and heard: roll, player, numbers and configuration.

   const stage = new jazzgram.Stage(runs, combination);
   stage.show(combination, before, without)   play and show a combination; marked is what differs from `before`, and the
                                              numbers stand beside those of `without` */
(function (jazzgram) {
  "use strict";
  const { combinations, steps } = jazzgram;
  const { get, make } = jazzgram.dom;
  const HINT = "Point at a note, or go through them with the arrow keys; a click plays from there.";
  const NO_RUNS = new Map(); // copied runs are not looked for

  const numberText = (value, digits = 2) => (value === null ? "–" : value.toFixed(digits).replace("-", "−"));

  function row({ text, value, without, mean, deviation, z, isFar }) {
    const real = `${numberText(mean)} ± ${numberText(deviation)}`;
    const cells = [numberText(value), numberText(without), real].map((each) => make("td", {}, each));
    const away = make("td", { class: isFar ? "far" : "near" }, numberText(z, 1));
    return make("tr", {}, make("th", { scope: "row" }, text), ...cells, away);
  }

  jazzgram.Stage = class Stage {
    #runs;
    #view;
    #sound = JSON.parse(get("sound").textContent);
    #player;
    #roll;
    #transport;

    constructor(runs, combination) {
      this.#runs = runs;
      this.#view = combinations.viewOf(runs, combination, combination);
      const bank = new jazzgram.Bank((file) => jazzgram.bytesOf(this.#sound.files[file]));
      this.#player = new jazzgram.Player(this.#view, this.#sound, bank);
      this.#roll = new jazzgram.Roll(get("roll"), this.#view);
      this.#transport = new jazzgram.Transport(get("player"), this.#player, {
        view: this.#view,
        onframe: ({ tick, playing }) => {
          this.#roll.moveCursor(tick);
          if (playing) this.#roll.follow();
        },
        onloop: (loop) => this.#roll.showLoop(loop),
      });
      this.#listen();
      get("item").textContent = HINT;
      this.#player.prepare();
    }

    show(combination, before, without) {
      const runs = this.#runs;
      this.#view = combinations.viewOf(runs, combination, before);
      this.#roll.show(this.#view);
      this.#player.show(this.#view, this.#sound);
      this.#transport.show(this.#view);
      get("terms").setAttribute("aria-pressed", "false");
      get("status").textContent = combinations.sentence(runs, combination, before);
      get("yaml").textContent = combinations.yamlOf(runs, combination);
      const [now, other] = [combination, without].map((each) => runs.combinations[each].distance.toFixed(2));
      get("distance").textContent = now;
      get("distance-without").textContent = other;
      get("numbers").replaceChildren(...combinations.numbersOf(runs, combination, without).map(row));
    }

    #listen() {
      get("terms").addEventListener("click", () => this.#showTerms());
      get("roll").addEventListener("item", ({ detail: { step, index } }) => {
        const options = { copied: NO_RUNS, nameOf: steps.stepName, tellBefore: true };
        get("item").textContent = index === null ? HINT : steps.story(this.#view, step, index, options).join(" · ");
      });
      get("roll").addEventListener("seek", (event) => this.#transport.playFrom(event.detail.tick));
      get("roll").addEventListener("bars", ({ detail: { from, to } }) => this.#transport.loopBars(from, to));
      this.#player.onerror = (error) => {
        get("item").textContent = `This browser cannot play it: ${error.message}`;
      };
      document.addEventListener("keydown", (event) => {
        if (event.key !== " " || event.target.closest("button, input, summary, a, textarea, select")) return;
        event.preventDefault();
        this.#player.toggle();
      });
    }

    #showTerms() {
      const isShown = get("terms").getAttribute("aria-pressed") === "true";
      get("terms").setAttribute("aria-pressed", String(!isShown));
      this.#roll.showStep(isShown ? 1 : 0);
    }
  };
})((globalThis.jazzgram ??= {}));
