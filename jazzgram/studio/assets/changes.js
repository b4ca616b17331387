/* The chord changes and what goes with them: typed, from the corpus, or from a chart that is opened or dropped.

   const changes = new jazzgram.Changes(session, {styles, instruments}, onrefused);   styles: [{name, summary}]
   changes.draw()        show the session's state
   changes.listTunes()   ask the server for the tunes of the corpus
   onrefused() is called after a chart that cannot be read */
(function (jazzgram) {
  "use strict";
  const { history, typedChanges } = jazzgram;
  const { get, make } = jazzgram.dom;
  const { ask } = jazzgram.server;
  const TYPING_PAUSE = 250; // milliseconds
  const NUMBERS = ["bars", "tempo", "transpose"];
  const FIELDS = [...NUMBERS, "meter", "key", "instrument", "title"];

  const carriesFiles = ({ dataTransfer }) => dataTransfer && [...dataTransfer.types].includes("Files");

  jazzgram.Changes = class Changes {
    #session;
    #onrefused;
    #timer = null;
    #chartTitle = null; // the title that came with a chart goes with its changes
    #ownBars = false; // whether the number of bars was typed here
    #picked = []; // the tunes of the chart that was opened last
    #chart = null; // that chart, {name, content}

    constructor(session, { styles, instruments }, onrefused) {
      this.#session = session;
      this.#onrefused = onrefused;
      const options = styles.map(({ name, summary }) => make("option", { value: name, title: summary }, name));
      get("style").append(...options);
      get("instrument").append(...instruments.map((name) => make("option", { value: name }, name)));
      this.#listenToFields();
      this.#listenToStyle();
      this.#listenToTunes();
      this.#listenToDrops();
    }

    draw() {
      const improvise = this.#session.state.edit.improvise ?? {};
      const values = { ...improvise, chords: improvise.chords === "source" ? "" : improvise.chords };
      for (const key of ["chords", ...FIELDS]) {
        if (get(key) !== document.activeElement) get(key).value = values[key] ?? "";
      }
      const { accompany } = this.#session.state.edit;
      get("style").value = accompany?.style === "source" ? "" : (accompany?.style ?? "");
      get("style").disabled = accompany === undefined; // the configuration names players of its own
    }

    async listTunes() {
      try {
        const tunes = await (await ask("/tunes")).json();
        const options = tunes.map(({ title, performer, bars }, index) =>
          make("option", { value: index }, `${title}${performer ? `, ${performer}` : ""} (${bars})`),
        );
        get("tune").append(...options);
      } catch {
        // the page does without them
      }
    }

    #set(label, values, control) {
      this.#session.change(label, (state) => history.setImprovise(state, values), control);
    }

    #listenToFields() {
      get("chords").addEventListener("input", ({ inputType }) => {
        clearTimeout(this.#timer);
        if (inputType !== "insertFromPaste" && typedChanges.isSheet(get("chords").value)) {
          get("chords-note").textContent = "A lead sheet: it is read when you leave this field.";
          return;
        }
        this.#timer = setTimeout(() => this.#takeTyped(), TYPING_PAUSE);
      });
      get("chords").addEventListener("change", () => this.#takeTyped());
      for (const key of FIELDS) {
        get(key).addEventListener("change", () => {
          const text = get(key).value.trim();
          const value = text !== "" && NUMBERS.includes(key) ? Number(text) : text;
          if (key === "bars") this.#ownBars = text !== "";
          const name = key[0].toUpperCase() + key.slice(1);
          this.#set(text ? `${name} ${text}` : `${name} as the changes have it`, { [key]: value });
        });
      }
    }

    #listenToStyle() {
      get("style").addEventListener("change", () => {
        const style = get("style").value;
        const label = style ? `Style ${style}` : "Style as the changes have it";
        this.#session.change(label, (state) => history.setStyle(state, style), "style");
      });
    }

    #listenToTunes() {
      get("tune").addEventListener("change", async () => {
        const index = get("tune").value;
        if (index === "") return;
        try {
          this.#takeTune(await (await ask(`/tunes/${index}`)).json());
        } catch (error) {
          get("chords-mistake").textContent = error.message;
        }
        get("tune").value = "";
      });
      get("picked-tune").addEventListener("change", () => {
        this.#takeTune(this.#picked[Number(get("picked-tune").value)]);
      });
      for (const id of ["first-bar", "last-bar", "chord-part"]) {
        get(id).addEventListener("change", () => this.#openChart(this.#chart.name, this.#chart.content, choice()));
      }
      get("open").addEventListener("click", () => get("file").click());
      get("file").addEventListener("change", () => {
        const [file] = get("file").files;
        if (file) this.#openChart(file.name, file);
        get("file").value = "";
      });
    }

    #listenToDrops() {
      addEventListener("dragover", (event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        get("drop").hidden = false;
      });
      addEventListener("dragleave", (event) => {
        if (!event.relatedTarget) get("drop").hidden = true;
      });
      addEventListener("drop", (event) => {
        get("drop").hidden = true;
        if (!carriesFiles(event)) return;
        event.preventDefault();
        const [file] = event.dataTransfer.files;
        if (file) this.#openChart(file.name, file);
      });
    }

    #takeTyped() {
      clearTimeout(this.#timer);
      const typed = get("chords").value.trim();
      if (typedChanges.isChart(typed)) {
        get("chords-note").textContent = "";
        this.#openChart("changes.txt", new Blob([typed]));
        return;
      }
      const { chords: text, note } = typedChanges.readTyped(typed);
      get("chords-note").textContent = note;
      const { title } = this.#session.state.edit.improvise ?? {};
      const isOwnTitle = text && title !== this.#chartTitle;
      const values = isOwnTitle ? { chords: text } : { chords: text, title: null };
      // The number of bars of a configuration goes with its own changes.
      if (text && !this.#ownBars) values.bars = null;
      this.#set(text ? "Changes typed" : "The corpus’s own changes", values, "chords");
    }

    /* What belongs to the changes before goes with them. */
    #takeTune({ title, chords, meter, tempo, style }) {
      get("chords").value = chords;
      this.#chartTitle = title;
      const values = { chords, meter, tempo, title, bars: null, reharmonize: null, key: null, transpose: null };
      this.#session.change(title, (state) => {
        history.setImprovise(state, values);
        history.setStyle(state, style);
      });
    }

    /* Read a chart; of one that is open, the bars and the chord part of a choice. */
    async #openChart(name, content, chosen = {}) {
      get("chords-mistake").textContent = `Reading ${name}…`;
      const index = this.#chart?.content === content ? get("picked-tune").selectedIndex : 0;
      let parts;
      try {
        const response = await ask(`/chart?${new URLSearchParams({ name, ...chosen })}`, { file: content });
        ({ tunes: this.#picked, parts } = await response.json());
      } catch (error) {
        get("chords-mistake").textContent = error.message;
        this.#onrefused();
        return;
      }
      get("chords-mistake").textContent = "";
      get("picked").hidden = this.#picked.length < 2;
      get("picked-name").textContent = name;
      if (this.#chart?.content !== content) drawChoice(this.#picked[0].all_bars, parts);
      this.#chart = { name, content };
      const options = this.#picked.map(({ title, bars }, number) =>
        make("option", { value: number }, `${title} (${bars})`),
      );
      get("picked-tune").replaceChildren(...options);
      const tune = this.#picked[index] ?? this.#picked[0];
      get("picked-tune").value = String(this.#picked.indexOf(tune));
      this.#takeTune(tune);
    }
  };

  /* The bars and the chord part that are chosen of a chart; what is left empty is left to the reader. */
  function choice() {
    const values = { first: get("first-bar").value, last: get("last-bar").value, chords: get("chord-part").value };
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
  }

  function drawChoice(bars, parts) {
    get("choice").hidden = false;
    get("first-bar").value = "";
    get("last-bar").value = "";
    get("last-bar").placeholder = bars;
    get("chord-parts").hidden = parts.length === 0;
    const name = ({ number, name: own, role, chosen }) =>
      `${number}${own ? ` ${own}` : ""} (${role})${chosen ? ", as found" : ""}`;
    get("chord-part").replaceChildren(
      make("option", { value: "" }, "as found"),
      ...parts.map((part) => make("option", { value: part.number }, name(part))),
      make("option", { value: "infer" }, "all parts together"),
    );
  }
})((globalThis.jazzgram ??= {}));
