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
      const improvise = this.#session.state.document.improvise ?? {};
      const values = { ...improvise, chords: improvise.chords === "source" ? "" : improvise.chords };
      for (const key of ["chords", ...FIELDS]) {
        if (get(key) !== document.activeElement) get(key).value = values[key] ?? "";
      }
      const { accompany } = this.#session.state.document;
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
      const { title } = this.#session.state.document.improvise ?? {};
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

    async #openChart(name, content) {
      get("chords-mistake").textContent = `Reading ${name}…`;
      try {
        const response = await ask(`/chart?name=${encodeURIComponent(name)}`, { file: content });
        this.#picked = await response.json();
      } catch (error) {
        get("chords-mistake").textContent = error.message;
        this.#onrefused();
        return;
      }
      get("chords-mistake").textContent = "";
      get("picked").hidden = this.#picked.length < 2;
      get("picked-name").textContent = name;
      const options = this.#picked.map(({ title, bars }, index) =>
        make("option", { value: index }, `${title} (${bars})`),
      );
      get("picked-tune").replaceChildren(...options);
      this.#takeTune(this.#picked[0]);
    }
  };
})((globalThis.jazzgram ??= {}));
