/* What binds the parts of a report together: slider, roll, score, table and player. */
(function () {
  "use strict";
  const get = (id) => document.getElementById(id);
  const view = JSON.parse(get("view").textContent);
  const onsets = Object.entries(JSON.parse(get("onsets").textContent));
  const audio = get("sound");
  const last = view.steps.length - 1;
  const MOST_NAMES = 11; /* under the slider: more of them would not be read */
  const HINT = "Point at a note, or go through them with the arrow keys; a click plays from there.";
  const roll = jazzgram.Roll(get("roll"), view);
  const player = jazzgram.Player(view, { audio: audio });
  const copied = new Map(view.copied.map((run) => [run[0], run]));
  roll.mark([...copied.keys()]);

  /* the chain */
  const slider = get("step");
  slider.max = Math.max(last, 0);
  get("names").style.setProperty("--steps", view.steps.length);
  get("names").hidden = view.steps.length > MOST_NAMES;
  const short = (label) => label.replace(/^\d+:/, "").replaceAll("_", " ");
  view.steps.forEach((step, number) => {
    const place = document.createElement("li"), name = document.createElement("span");
    name.textContent = short(step.label);
    name.addEventListener("click", () => show(number));
    place.appendChild(name);
    get("names").appendChild(place);
  });

  function show(number) {
    number = Math.max(0, Math.min(number, last));
    slider.value = number;
    roll.show(number);
    const step = view.steps[number];
    if (!step) { get("said").textContent = "Nothing was sampled."; return; }
    slider.setAttribute("aria-valuetext", short(step.label));
    get("said").textContent = sentence(step, number);
    get("back").disabled = number === 0;
    get("forth").disabled = number === last;
    [...get("names").children].forEach((name, at) => name.classList.toggle("here", at === number));
    document.querySelectorAll("[data-step]").forEach((button) => {
      if (Number(button.dataset.step) === number) button.setAttribute("aria-current", "step"); else button.removeAttribute("aria-current");
    });
  }

  function sentence(step, number) {
    if (number === 0) return `What the model sampled: ${step.out} ${step.terms ? "terms" : "notes"}.`;
    const name = step.label + (step.options ? ` (${step.options})` : "");
    if (step.hook === "unparse_grammar") return `The tokenizer (${step.options}) makes ${step.out} notes of ${step.in} terms.`;
    const changed = step.items.filter((item) => item[4] === 1).length, added = step.items.filter((item) => item[4] === 2).length;
    const did = [[changed, "changed"], [added, "added"], [step.gone.length, "taken away"]].filter(([count]) => count).map(([count, what]) => `${count} ${what}`);
    return `${name}: ${did.length ? did.join(", ") : "nothing changed"}; ${step.out} ${step.terms ? "terms" : "notes"}.`;
  }

  slider.addEventListener("input", () => show(Number(slider.value)));
  get("back").addEventListener("click", () => show(Number(slider.value) - 1));
  get("forth").addEventListener("click", () => show(Number(slider.value) + 1));
  document.querySelectorAll("[data-step]").forEach((button) => button.addEventListener("click", () => {
    show(Number(button.dataset.step));
    get("chain").scrollIntoView({ block: "start" });
  }));

  /* a note's story */
  get("roll").addEventListener("item", (event) => {
    const { step, index, item } = event.detail;
    if (index === null) { get("item").textContent = HINT; return; }
    const beat = ((item[0] % view.bar) / view.quarter + 1).toFixed(2).replace(/\.?0+$/, "");
    const where = `bar ${Math.floor(item[0] / view.bar) + 1}, beat ${beat}`;
    const parts = [];
    if (view.steps[step].terms) parts.push(`term ${item[2]}`, where);
    else {
      const chord = view.chords.filter((one) => one[0] <= item[0]).pop();
      parts.push(jazzgram.chordName(view.steps[step].names[index]), where, chord && chord[2] !== "NC" ? `${view.categories[item[3]]} of ${jazzgram.chordName(chord[2])}`.replace("outside of", "outside") : "no chord");
    }
    if (item[4] === 1) parts.push(`changed here${item.length > 6 && item[6] !== item[2] ? ` from ${view.steps[step].terms ? item[6] : jazzgram.chordName(view.steps[step].earlier[index])}` : ""}`);
    if (item[4] === 2) parts.push("added here");
    const note = step === last && !view.steps[step].terms ? view.notes[index] : null;
    if (note) {
      if (note.term) parts.push(`from the term ${note.term}`);
      parts.push(note.steps.length ? `changed by ${note.steps.join(", ")}` : "as the tokenizer wrote it");
      const run = copied.get(index);
      if (run) parts.push(`in a run of ${run[1]} notes of ${run[2]}, bar ${run[3]}`);
    }
    get("item").textContent = parts.join(" · ");
  });
  get("roll").addEventListener("seek", (event) => { player.seek(event.detail.tick); player.play(); tell(); });

  /* the score */
  get("score").addEventListener("click", (event) => {
    let nearest = null, least = Infinity; /* heads are small: what counts is which one is nearest */
    for (const [id, tick] of onsets) {
      const head = get(id) && get(id).getBoundingClientRect();
      const away = head ? Math.hypot(event.clientX - head.left - head.width / 2, 2 * (event.clientY - head.top - head.height / 2)) : Infinity;
      if (away < least) [nearest, least] = [tick, away];
    }
    if (nearest !== null) { player.seek(nearest); player.play(); tell(); }
  });
  let lit = [];
  function light(tick) {
    for (const head of lit) head.classList.remove("sounding");
    let now = -1;
    for (const [, onset] of onsets) if (onset <= tick + 30) now = Math.max(now, onset);
    lit = tick === null || now < 0 ? [] : onsets.filter(([, onset]) => onset === now).map(([id]) => get(id)).filter(Boolean);
    for (const head of lit) head.classList.add("sounding");
  }

  /* the player */
  const time = get("time"), play = get("play");
  time.max = player.length;
  if (audio) get("band-label").hidden = true;
  get("band").addEventListener("change", () => view.tracks.forEach((track, number) => { if (number) player.mute(number, !get("band").checked); }));

  function tell() {
    const tick = player.tick(), going = player.playing();
    time.value = tick;
    const seconds = tick / view.quarter * 60 / view.tempo;
    get("clock").textContent = `bar ${Math.min(Math.floor(tick / view.bar) + 1, view.bars)} · ${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
    roll.cursor(going || tick > 0 ? tick : null);
    light(going || tick > 0 ? tick : null);
    play.textContent = going ? "❚❚" : "▶";
    play.setAttribute("aria-label", going ? "Pause" : "Play");
    if (going) { roll.follow(); requestAnimationFrame(tell); }
  }
  player.onchange = tell;
  play.addEventListener("click", () => player.toggle());
  time.addEventListener("input", () => { player.seek(Number(time.value)); tell(); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.closest("button, input, summary, a, textarea, select")) return;
    event.preventDefault();
    player.toggle();
  });
  show(last);
  tell();
})();
