/* The take that is played: roll with its slider, strip of bars with locks, lead sheet, numbers, player.

   const solo = jazzgram.SoloView({onlock, onscore, onnumbers});
   solo.show(view, locked)   another take; what is playing goes on from the same place
   solo.locks(locked)        another set of locked bars
   solo.effects()            what each step of the chain did, by its number from 0, as text
   solo.step(label)          show the notes after a step
   solo.opened()             another tab is shown: it gets what it lacks */
(function () {
  "use strict";
  const jazzgram = (window.jazzgram = window.jazzgram || {});
  const get = (id) => document.getElementById(id);
  const make = (...all) => jazzgram.make(...all);
  const short = (label) => label.replace(/^\d+:/, "").replaceAll("_", " ");

  jazzgram.SoloView = function (calls) {
    let view = null, roll = null, player = null, last = 0, locked = new Set(), score = null, heads = [], lit = [], copied = new Map();
    const HINT = "Point at a note to see where it comes from, or go through them with the arrow keys; a click plays from there.";

    /* steps */
    function show(number, drawn) {
      number = Math.max(0, Math.min(number, last));
      const step = view.steps[number], slider = get("step");
      slider.max = Math.max(last, 0);
      slider.value = number;
      if (!drawn) roll.show(number);
      get("said").textContent = step ? sentence(step, number) : "Nothing was sampled.";
      slider.setAttribute("aria-valuetext", step ? short(step.label) : "nothing");
      get("back").disabled = number === 0;
      get("forth").disabled = number === last;
    }
    const counts = (step) => [
      [step.items.filter((item) => item[4] === 1).length, "changed"], [step.items.filter((item) => item[4] === 2).length, "added"], [step.gone.length, "taken away"],
    ].filter(([count]) => count).map(([count, what]) => `${count} ${what}`);
    function sentence(step, number) {
      const of = ` (${number + 1} of ${last + 1})`;
      if (number === 0) return `Sampled: ${step.out} ${step.terms ? "terms" : "notes"}${of}`;
      if (step.hook === "unparse_grammar") return `Tokenizer: ${step.in} terms become ${step.out} notes${of}`;
      return `After ${short(step.label)}: ${counts(step).join(", ") || "nothing changed"}${of}`;
    }
    get("step").addEventListener("input", () => view && show(Number(get("step").value)));
    get("back").addEventListener("click", () => view && show(Number(get("step").value) - 1));
    get("forth").addEventListener("click", () => view && show(Number(get("step").value) + 1));

    get("roll").addEventListener("item", (event) => {
      const { step, index, item } = event.detail;
      if (index === null) { get("item").textContent = HINT; return; }
      const beat = ((item[0] % view.bar) / view.quarter + 1).toFixed(2).replace(/\.?0+$/, "");
      const parts = [view.steps[step].terms ? `term ${item[2]}` : jazzgram.chordName(view.steps[step].names[index]), `bar ${Math.floor(item[0] / view.bar) + 1}, beat ${beat}`];
      if (!view.steps[step].terms) {
        const chord = view.chords.filter((one) => one[0] <= item[0]).pop();
        parts.push(chord && chord[2] !== "NC" ? `${view.categories[item[3]]} of ${jazzgram.chordName(chord[2])}`.replace("outside of", "outside") : "no chord");
      }
      if (item[4]) parts.push(item[4] === 1 ? "changed here" : "added here");
      const note = step === last && !view.steps[step].terms ? view.notes[index] : null;
      if (note && note.term) parts.push(`from the term ${note.term}`);
      if (note) parts.push(note.steps.length ? `changed by ${note.steps.map(short).join(", ")}` : "as the tokenizer wrote it");
      const run = note && copied.get(index);
      if (run) parts.push(`in a run of ${run[1]} notes of ${run[2]}, bar ${run[3]}`);
      get("item").textContent = parts.join(" · ");
    });
    get("roll").addEventListener("seek", (event) => { player.seek(event.detail.tick); player.play(); tell(); });

    /* bars */
    function strip() {
      const chords = Array.from({ length: view.bars }, () => []);
      for (const [onset, , symbol] of view.chords) { const bar = Math.floor(onset / view.bar); if (chords[bar]) chords[bar].push(symbol); }
      get("strip").replaceChildren(...chords.map((symbols, bar) => make("button", {
        type: "button", class: "bar", "data-bar": bar, "aria-pressed": String(locked.has(bar)),
        "aria-label": `Lock bar ${bar + 1}, ${symbols.join(" ") || "no chord"}`, on: { click: () => calls.onlock(bar, !locked.has(bar)) },
      }, make("small", {}, String(bar + 1)), symbols.join(" "))));
      get("unlock").hidden = locked.size === 0;
    }
    function locks(bars) {
      locked = new Set(bars);
      get("strip").querySelectorAll(".bar").forEach((button) => button.setAttribute("aria-pressed", String(locked.has(Number(button.dataset.bar)))));
      get("unlock").hidden = locked.size === 0;
    }

    /* lead sheet */
    async function engrave() {
      if (get("panel-score").hidden || !view || score === view) return;
      const wanted = view;
      try {
        const found = await calls.onscore();
        if (wanted !== view) { engrave(); return; }
        const parsed = new DOMParser().parseFromString(found.svg, "image/svg+xml");
        get("score").replaceChildren(document.importNode(parsed.documentElement, true));
        get("score").setAttribute("aria-label", `Lead sheet of ${view.title}, ${view.bars} bars`);
        heads = Object.entries(found.onsets);
        score = view;
      } catch (error) { get("score").textContent = error.message; }
    }
    get("score").addEventListener("click", (event) => {
      const known = new Map(heads);
      for (let node = event.target; node && node !== get("score"); node = node.parentNode) {
        if (known.has(node.id)) { player.seek(known.get(node.id)); player.play(); tell(); return; }
      }
    });
    function light(tick) {
      for (const head of lit) head.classList.remove("sounding");
      lit = [];
      if (tick === null || get("panel-score").hidden) return;
      let now = -1;
      for (const [, onset] of heads) if (onset <= tick + 30) now = Math.max(now, onset);
      lit = heads.filter(([, onset]) => onset === now).map(([id]) => document.getElementById(id)).filter(Boolean);
      for (const head of lit) head.classList.add("sounding");
    }

    /* numbers: asked for when a take has been there for a moment, so that the next one need not wait for them */
    const PAUSE = 350;
    let pause = null, measured = null, whole = false;
    function measure() {
      clearTimeout(pause);
      const open = !get("panel-numbers").hidden;
      if (!view || (measured === view && (whole || !open))) return;
      pause = setTimeout(async () => {
        const wanted = view;
        try {
          const found = await calls.onnumbers(open);
          if (wanted !== view) return;
          [measured, whole] = [view, open || found.said !== ""];
          copied = new Map(found.copied.map((run) => [run[0], run]));
          if (!found.said && open) get("copied").textContent = "No notes, nothing copied.";
          else get("copied").textContent = found.said || "Looking for copied runs…";
          roll.mark([...copied.keys()]);
          table("aims", found.aims, found.bars);
          table("others", found.others, found.bars);
          const far = `Real solos were measured in windows of ${found.bars} bars: z needs a take of ${found.bars}.`;
          get("numbers-note").textContent = view.bars === found.bars ? "z is the distance to the mean of real solos, in their standard deviations." : far;
          measure();
        } catch (error) { get("copied").textContent = error.message; }
      }, PAUSE);
    }
    function table(id, rows, bars) {
      const says = (value, digits) => (value === null ? "–" : value.toFixed(digits).replace("-", "−"));
      const head = ["metric", "value", "real solos", ...(view.bars === bars ? ["z"] : [])];
      get(id).replaceChildren(make("thead", {}, make("tr", {}, ...head.map((name) => make("th", { scope: "col" }, name)))),
        make("tbody", {}, ...rows.map(([name, value, mean, deviation, z]) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, says(value, 3)),
          make("td", {}, mean === null ? "–" : `${says(mean, 3)} ± ${says(deviation, 3)}`), ...(view.bars === bars ? [make("td", {}, says(z, 2))] : [])))));
    }

    /* player */
    let was = null;
    function tell() {
      const tick = player.tick(), going = player.playing(), place = going || tick > 0 ? tick : null;
      get("time").max = player.length;
      get("time").value = tick;
      const seconds = (tick / view.quarter) * 60 / view.tempo;
      get("clock").textContent = `bar ${Math.min(Math.floor(tick / view.bar) + 1, view.bars)} · ${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
      roll.cursor(place);
      light(place);
      const bar = going ? Math.floor(tick / view.bar) : -1;
      if (bar !== was) {
        get("strip").querySelectorAll(".now").forEach((one) => one.classList.remove("now"));
        const button = get("strip").children[bar];
        if (button) button.classList.add("now");
        was = bar;
      }
      get("play").textContent = going ? "❚❚" : "▶";
      get("play").setAttribute("aria-label", going ? "Pause" : "Play");
      if (going) requestAnimationFrame(tell);
    }
    let going = false;
    function changed() {
      const ended = going && !player.playing() && player.tick() === 0;
      going = player.playing();
      if (ended && get("loop").checked) { player.play(); return; }
      tell();
    }
    const mute = () => view.tracks.forEach((track, number) => number && player.mute(number, !get("band").checked));
    get("band").addEventListener("change", () => player && mute());
    get("play").addEventListener("click", () => player && player.toggle());
    get("time").addEventListener("input", () => { if (player) { player.seek(Number(get("time").value)); tell(); } });

    return {
      show: (other, bars) => {
        const step = view && Number(get("step").value) < last ? Number(get("step").value) : null;
        const wasLength = last;
        view = other;
        copied = new Map();
        last = view.steps.length - 1;
        locked = new Set(bars);
        if (!roll) {
          roll = jazzgram.Roll(get("roll"), view);
          player = jazzgram.Player(view, {});
          player.onchange = changed;
        } else { roll.view(view); player.view(view); }
        mute();
        strip();
        was = null;
        if (step !== null && last === wasLength) show(step);
        else { show(last, true); get("item").textContent = HINT; }
        tell();
        engrave();
        measure();
      },
      locks: locks,
      opened: () => { engrave(); measure(); },
      toggle: () => player && player.toggle(),
      step: (label) => { const at = view.steps.findIndex((one) => one.label === label); if (at >= 0) show(at); },
      effects: () => {
        const found = [];
        for (const one of view ? view.steps : []) {
          const number = /^(\d+):/.exec(one.label);
          if (number && one.hook !== "unparse_grammar") found[Number(number[1]) - 1] = counts(one).join(", ") || "nothing changed";
        }
        return found;
      },
    };
  };
})();
