/* What binds the parts of a report together: slider, roll, score, table and player. */
(function (jazzgram) {
  "use strict";
  const { timeline, steps } = jazzgram;
  const MOST_NAMES = 11; // under the slider: more of them would not be read
  const HINT = "Point at a note, or go through them with the arrow keys; a click plays from there.";
  const get = (id) => document.getElementById(id);

  const shipped = JSON.parse(get("view").textContent);
  const view = steps.readView(shipped);
  const copied = steps.copiedRuns(shipped.copied);
  const onsets = Object.entries(JSON.parse(get("onsets").textContent));
  const audio = get("sound");
  const last = view.steps.length - 1;
  const stepButtons = document.querySelectorAll("[data-step]");
  const roll = new jazzgram.Roll(get("roll"), view);
  const player = new jazzgram.Player(view, { audio });
  let lit = [];
  let frame = 0;

  /* The chain: slider, names under it, table. */
  function showNames() {
    get("names").style.setProperty("--steps", view.steps.length);
    get("names").hidden = view.steps.length > MOST_NAMES;
    view.steps.forEach((step, index) => {
      const entry = document.createElement("li");
      const name = document.createElement("span");
      name.textContent = steps.stepName(step.label);
      name.addEventListener("click", () => showStep(index));
      entry.append(name);
      get("names").append(entry);
    });
  }

  function showStep(wanted) {
    const index = Math.max(0, Math.min(wanted, last));
    const step = view.steps[index];
    get("step").value = index;
    roll.showStep(index);
    if (!step) {
      get("status").textContent = "Nothing was sampled.";
      return;
    }
    get("step").setAttribute("aria-valuetext", steps.stepName(step.label));
    get("status").textContent = steps.stepSentence(step, index);
    get("back").disabled = index === 0;
    get("forth").disabled = index === last;
    [...get("names").children].forEach((name, at) => name.classList.toggle("here", at === index));
    for (const button of stepButtons) {
      if (Number(button.dataset.step) === index) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
  }

  /* A note's story. */
  function tellItem({ detail: { step, index } }) {
    const parts = index === null ? [HINT] : steps.story(view, step, index, { copied, tellBefore: true });
    get("item").textContent = parts.join(" · ");
  }

  /* The player: time, clock, and what sounds in roll and score. */
  function playFrom(tick) {
    player.seek(tick);
    player.play();
    tellTime();
  }

  function tellTime() {
    const { tick, playing } = player;
    const shown = playing || tick > 0 ? tick : null;
    get("time").value = tick;
    get("clock").textContent = timeline.clock(tick, view);
    roll.moveCursor(shown);
    lightHeads(shown);
    get("play").textContent = playing ? "❚❚" : "▶";
    get("play").setAttribute("aria-label", playing ? "Pause" : "Play");
    cancelAnimationFrame(frame);
    if (!playing) return;
    roll.follow();
    frame = requestAnimationFrame(tellTime);
  }

  function lightHeads(tick) {
    for (const head of lit) head.classList.remove("sounding");
    lit = timeline.headsAt(onsets, tick).map(get).filter(Boolean);
    for (const head of lit) head.classList.add("sounding");
  }

  /* Heads are small: what counts is which one is nearest, and a staff is closer together than its notes. */
  function nearestOnset({ clientX, clientY }) {
    let nearest = null;
    let least = Infinity;
    for (const [id, onset] of onsets) {
      const box = get(id)?.getBoundingClientRect();
      if (!box) continue;
      const away = Math.hypot(clientX - box.left - box.width / 2, 2 * (clientY - box.top - box.height / 2));
      if (away < least) [nearest, least] = [onset, away];
    }
    return nearest;
  }

  roll.mark(copied.keys());
  showNames();
  get("step").max = Math.max(last, 0);
  get("step").addEventListener("input", () => showStep(Number(get("step").value)));
  get("back").addEventListener("click", () => showStep(Number(get("step").value) - 1));
  get("forth").addEventListener("click", () => showStep(Number(get("step").value) + 1));
  for (const button of stepButtons) {
    button.addEventListener("click", () => {
      showStep(Number(button.dataset.step));
      get("chain").scrollIntoView({ block: "start" });
    });
  }

  get("roll").addEventListener("item", tellItem);
  get("roll").addEventListener("seek", (event) => playFrom(event.detail.tick));
  get("score").addEventListener("click", (event) => {
    const onset = nearestOnset(event);
    if (onset !== null) playFrom(onset);
  });

  if (audio) get("band-label").hidden = true;
  get("band").addEventListener("change", () => {
    for (let track = 1; track < view.tracks.length; track += 1) player.mute(track, !get("band").checked);
  });
  player.onchange = tellTime;
  get("time").max = player.length;
  get("time").addEventListener("input", () => {
    player.seek(Number(get("time").value));
    tellTime();
  });
  get("play").addEventListener("click", () => player.toggle());
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.closest("button, input, summary, a, textarea, select")) return;
    event.preventDefault();
    player.toggle();
  });
  showStep(last);
  tellTime();
})((globalThis.jazzgram ??= {}));
