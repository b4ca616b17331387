/* The player's controls: play, time, tempo, loop, and a panel with the mixer and what one practises with.

   const transport = new jazzgram.Transport(element, player, {onframe, onloop});
   transport.show(view)           another view is played
   transport.playFrom(tick)
   transport.loopBars(from, to)   repeat these bars, from 1; null repeats nothing
   onframe({tick, playing}) is called for every picture while it plays, and when anything changes; tick is null where
   nothing was played yet; onloop({from, to} or null) with ticks where another part is repeated */
(function (jazzgram) {
  "use strict";
  const { timeline } = jazzgram;
  const { make } = jazzgram.dom;
  const SOFTEST = -30; // dB of a fader
  const LOUDEST = 6;
  const TEMPI = { min: 40, max: 320 }; // of the slider
  const METRONOMES = [
    ["off", "off"],
    ["beats", "every beat"],
    ["backbeat", "on 2 and 4"],
  ];

  const button = (attributes, ...children) => make("button", { type: "button", ...attributes }, ...children);

  jazzgram.Transport = class Transport {
    #player;
    #onframe;
    #onloop;
    #view;
    #nodes = {};
    #strips = new Map(); // by part: {level, muted, alone} with the nodes
    #shownLoop;
    #frame = 0;

    constructor(element, player, { view, onframe, onloop }) {
      this.#player = player;
      this.#onframe = onframe;
      this.#onloop = onloop;
      element.append(this.#makeBar(), this.#makePanel());
      player.onchange = () => this.#tell();
      this.show(view);
    }

    show(view) {
      this.#view = view;
      const { time, from, to, tempo } = this.#nodes;
      time.max = timeline.lengthOf(view);
      tempo.min = Math.min(TEMPI.min, Math.floor(view.tempo));
      tempo.max = Math.max(TEMPI.max, Math.ceil(view.tempo));
      for (const input of [from, to]) input.max = view.bars;
      this.#drawStrips();
      this.#shownLoop = undefined;
      this.#tell();
    }

    playFrom(tick) {
      this.#player.seek(tick);
      this.#player.play();
    }

    loopBars(from, to) {
      this.#player.set({ loop: from === null ? null : { from: from - 1, to } });
    }

    #makeBar() {
      const nodes = this.#nodes;
      const player = this.#player;
      nodes.play = button({
        id: "play",
        class: "play",
        "aria-keyshortcuts": "Space",
        on: { click: () => player.toggle() },
      });
      const seek = () => player.seek(Number(nodes.time.value));
      const place = { id: "time", type: "range", min: 0, step: 1, value: 0, "aria-label": "Place in the solo" };
      nodes.time = make("input", { ...place, on: { input: seek } });
      nodes.clock = make("span", { id: "clock", class: "clock" });
      const turn = () => player.set({ tempo: Number(nodes.tempo.value) });
      nodes.tempo = make("input", {
        id: "tempo-now",
        type: "range",
        step: 1,
        "aria-label": "Tempo",
        on: { input: turn },
      });
      nodes.tempoText = make("span", { class: "tempo-text", "aria-hidden": "true" });
      nodes.loop = button({ id: "loop", "aria-pressed": "false", on: { click: () => this.#toggleLoop() } }, "Loop");
      const open = { id: "mixer-toggle", "aria-expanded": "false", "aria-controls": "mixer" };
      nodes.toggle = button({ ...open, on: { click: () => this.#togglePanel() } }, "Mixer");
      const more = make(
        "div",
        { class: "more" },
        make("span", { class: "tempo" }, nodes.tempoText, nodes.tempo),
        nodes.loop,
        nodes.toggle,
      );
      return make("div", { class: "controls" }, nodes.play, nodes.time, nodes.clock, more);
    }

    #makePanel() {
      const nodes = this.#nodes;
      nodes.strips = make("div", { class: "strips", role: "group", "aria-label": "Mixer" });
      const number = (id, attributes) =>
        make("input", { id, type: "number", step: 1, ...attributes, on: { change: () => this.#takeLoop() } });
      nodes.from = number("loop-from", { min: 1, "aria-label": "Loop from bar" });
      nodes.to = number("loop-to", { min: 1, "aria-label": "Loop to bar" });
      const faster = () => this.#player.set({ faster: Number(nodes.faster.value) || 0 });
      nodes.faster = make("input", { id: "faster", type: "number", step: 1, min: 0, max: 50, on: { change: faster } });
      const count = () => this.#player.set({ countIn: nodes.countIn.checked });
      nodes.countIn = make("input", { id: "count-in", type: "checkbox", on: { change: count } });
      const beat = () => this.#player.set({ metronome: nodes.metronome.value });
      const options = METRONOMES.map(([value, text]) => make("option", { value }, text));
      nodes.metronome = make("select", { id: "metronome", on: { change: beat } }, ...options);
      const practice = make(
        "div",
        { class: "practice", role: "group", "aria-label": "Practice" },
        make("span", {}, "Loop bars ", nodes.from, " to ", nodes.to),
        make("label", {}, "faster each time by ", nodes.faster),
        make("label", {}, nodes.countIn, " count-in"),
        make("label", {}, "Metronome ", nodes.metronome),
      );
      nodes.panel = make("div", { id: "mixer", class: "mixer", hidden: true }, nodes.strips, practice);
      return nodes.panel;
    }

    #drawStrips() {
      const parts = this.#player.parts;
      const names = parts.map(({ name }) => name);
      if (names.join("\n") === [...this.#strips.keys()].join("\n")) return;
      this.#strips = new Map(names.map((name) => [name, this.#makeStrip(name)]));
      this.#nodes.strips.replaceChildren(...[...this.#strips.values()].map(({ node }) => node));
    }

    #makeStrip(name) {
      const set = (changed) => this.#player.setFader(name, changed);
      const part = () => this.#player.parts.find((each) => each.name === name);
      const range = { type: "range", min: SOFTEST, max: LOUDEST, step: 1, "aria-label": `Level of ${name}` };
      const level = make("input", { ...range, on: { input: () => set({ level: Number(level.value) }) } });
      const toggle = (key, letter, label) =>
        button(
          { class: "letter", "aria-label": label, title: label, on: { click: () => set({ [key]: !part()[key] }) } },
          letter,
        );
      const muted = toggle("muted", "M", `Mute ${name}`);
      const alone = toggle("alone", "S", `${name} alone`);
      const node = make("div", { class: "strip-of-part" }, make("span", { class: "part" }, name), level, muted, alone);
      return { node, level, muted, alone };
    }

    #togglePanel() {
      const { panel, toggle } = this.#nodes;
      panel.hidden = !panel.hidden;
      toggle.setAttribute("aria-expanded", String(!panel.hidden));
    }

    #toggleLoop() {
      if (this.#player.settings.loop) this.loopBars(null);
      else this.#takeLoop();
    }

    /* The bars in the fields; the first up to the last where they say nothing or are turned round. */
    #takeLoop() {
      const { bars } = this.#view;
      const read = (input, otherwise) => Math.max(1, Math.min(Math.round(Number(input.value)) || otherwise, bars));
      const ends = [read(this.#nodes.from, 1), read(this.#nodes.to, bars)];
      this.loopBars(Math.min(...ends), Math.max(...ends));
    }

    #tell() {
      const { playing, settings, parts } = this.#player;
      this.#showSettings(settings);
      for (const { name, level, muted, alone } of parts) {
        const strip = this.#strips.get(name);
        if (!strip) continue;
        strip.level.value = level;
        strip.level.setAttribute("aria-valuetext", `${level} decibels`);
        strip.muted.setAttribute("aria-pressed", String(muted));
        strip.alone.setAttribute("aria-pressed", String(alone));
      }
      this.#nodes.play.textContent = playing ? "❚❚" : "▶";
      this.#nodes.play.setAttribute("aria-label", playing ? "Pause" : "Play");
      this.#showTime();
    }

    #showSettings({ loop, faster, countIn, metronome }) {
      const nodes = this.#nodes;
      const { bar, bars } = this.#view;
      const last = loop ? Math.min(loop.to, bars) : bars;
      const first = loop ? Math.min(loop.from + 1, last) : 1;
      const values = [
        [nodes.from, loop ? first : nodes.from.value || 1],
        [nodes.to, loop ? last : Math.min(Number(nodes.to.value) || bars, bars)],
        [nodes.faster, faster],
        [nodes.metronome, metronome],
      ];
      for (const [input, value] of values) if (input !== document.activeElement) input.value = value;
      nodes.countIn.checked = countIn;
      nodes.loop.setAttribute("aria-pressed", String(loop !== null));
      nodes.loop.textContent = loop && last - first + 1 < bars ? `Loop ${first}–${last}` : "Loop";
      const shown = loop ? `${first} ${last}` : null;
      if (shown === this.#shownLoop) return;
      this.#shownLoop = shown;
      this.#onloop(loop ? { from: (first - 1) * bar, to: last * bar } : null);
    }

    #showTime() {
      const { tick, playing, counting, settings } = this.#player;
      const nodes = this.#nodes;
      nodes.time.value = tick;
      nodes.time.setAttribute("aria-valuetext", timeline.barAndBeat(Math.round(tick), this.#view));
      nodes.clock.textContent = counting ? "count-in" : timeline.clock(tick, this.#view, settings.tempo);
      nodes.tempo.value = settings.tempo;
      nodes.tempoText.textContent = `♩ = ${Math.round(settings.tempo)}`;
      this.#onframe({ tick: playing || tick > 0 ? tick : null, playing });
      cancelAnimationFrame(this.#frame);
      if (playing) this.#frame = requestAnimationFrame(() => this.#showTime());
    }
  };
})((globalThis.jazzgram ??= {}));
