/* How bars are traded: the fields of the tab Trade, stored in the browser.

   const setup = new jazzgram.TradeSetup(live, onchange);   `live` as the configuration has it, with `responders`
   setup.live           the options of the section `live` that the page sets
   setup.latency        seconds; setup.setLatency(seconds)
   setup.isMonitoring   whether what the musician plays sounds here; setup.level   in dB
   setup.choices        [{label, value}] of the responders that can answer
   setup.enable(whether)
   onchange() is called after each change of a field */
(function (jazzgram) {
  "use strict";
  const { get, make } = jazzgram.dom;
  const { answers } = jazzgram.tradeTurns;
  const KEY = "jazzgram-studio trade";
  const MOST_ANSWERS = 8;

  jazzgram.TradeSetup = class TradeSetup {
    #answers;
    #respond; // values of `answers`, which answer in turn
    #onchange;

    constructor(live, onchange) {
      this.#answers = answers(live.responders);
      this.#onchange = onchange;
      const saved = this.#load();
      this.#show({ ...live, ...saved.live });
      this.setLatency(saved.latency ?? live.latency);
      get("trade-monitor").checked = saved.isMonitoring ?? true;
      get("trade-level").value = saved.level ?? 0;
      const ids = ["trade-bars", "trade-first", "trade-choruses", "trade-count", "trade-latency", "trade-monitor"];
      for (const id of ids) get(id).addEventListener("change", () => this.#changed());
      get("trade-level").addEventListener("input", () => this.#changed());
      get("trade-add").addEventListener("click", () => this.#setRespond([...this.#respond, this.#answers[0].value]));
    }

    get live() {
      const trade = get("trade-bars").value;
      return {
        trade: trade === "chorus" ? trade : Number(trade),
        first: get("trade-first").value,
        choruses: numberOf("trade-choruses"),
        count_in: numberOf("trade-count"),
        respond: this.#respond,
      };
    }

    get latency() {
      return numberOf("trade-latency") / 1000;
    }

    get isMonitoring() {
      return get("trade-monitor").checked;
    }

    get level() {
      return Number(get("trade-level").value);
    }

    get choices() {
      return this.#answers;
    }

    setLatency(seconds) {
      get("trade-latency").value = Math.round(1000 * seconds);
      this.#save();
    }

    enable(whether) {
      for (const control of get("trade-setup").querySelectorAll("input, select, button")) {
        if (!control.closest("[data-always]")) control.disabled = !whether;
      }
      if (whether) this.#drawRespond();
    }

    #show({ trade, first, choruses, count_in: count, respond }) {
      get("trade-bars").value = String(trade);
      if (!get("trade-bars").value) get("trade-bars").value = "4";
      get("trade-first").value = first;
      get("trade-choruses").value = choruses;
      get("trade-count").value = count;
      this.#respond = respond.slice(0, MOST_ANSWERS);
      this.#drawRespond();
    }

    #setRespond(respond) {
      this.#respond = respond;
      this.#drawRespond();
      this.#changed();
    }

    #drawRespond() {
      const items = this.#respond.map((value, index) => {
        const set = (chosen) => this.#setRespond(this.#respond.with(index, chosen));
        const label = this.#respond.length > 1 ? `Answer ${index + 1}` : "Answer";
        const select = makeAnswerSelect(this.#answers, value, label, set);
        const drop = () => this.#setRespond(this.#respond.toSpliced(index, 1));
        const name = {
          type: "button",
          class: "quiet",
          "aria-label": `Leave out answer ${index + 1}`,
          on: { click: drop },
        };
        return make("span", { class: "answer" }, select, this.#respond.length > 1 ? make("button", name, "×") : null);
      });
      get("trade-respond").replaceChildren(...items);
      get("trade-add").hidden = this.#respond.length >= MOST_ANSWERS;
    }

    #changed() {
      this.#save();
      this.#onchange();
    }

    #load() {
      try {
        return JSON.parse(localStorage.getItem(KEY)) ?? {};
      } catch {
        return {}; // forbidden, or of an earlier version
      }
    }

    #save() {
      try {
        const { live, latency, isMonitoring, level } = this;
        localStorage.setItem(KEY, JSON.stringify({ live, latency, isMonitoring, level }));
      } catch {
        // forbidden: only a reload forgets
      }
    }
  };

  /* The number of a field within its bounds; its lowest where it is empty. */
  function numberOf(id) {
    const { min, max, value } = get(id);
    return Math.max(Number(min), Math.min(Math.round(Number(value)) || 0, Number(max)));
  }

  /* A choice of responders; a value that is not among them is shown by its name. */
  function makeAnswerSelect(choices, value, label, onchoose) {
    const text = JSON.stringify(value);
    const known = choices.some((each) => JSON.stringify(each.value) === text);
    const all = known ? choices : [...choices, { label: value.use ?? value, value }];
    const options = all.map((each) => make("option", { value: JSON.stringify(each.value) }, each.label));
    const choose = ({ target }) => onchoose(JSON.parse(target.value));
    const select = make("select", { "aria-label": label, on: { change: choose } }, ...options);
    select.value = text;
    return select;
  }

  jazzgram.makeAnswerSelect = makeAnswerSelect;
})((globalThis.jazzgram ??= {}));
