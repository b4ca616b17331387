/* What binds the parts of a report together: slider, roll, score, table and player. */
(function (jazzgram) {
  "use strict";
  const { steps } = jazzgram;
  const MOST_NAMES = 11; // under the slider: more of them would not be read
  const HINT = "Point at a note, or go through them with the arrow keys; a click plays from there.";
  const { get } = jazzgram.dom;

  const shipped = JSON.parse(get("view").textContent);
  const view = steps.readView(shipped);
  const copied = steps.copiedRuns(shipped.copied);
  const sound = JSON.parse(get("sound").textContent);
  const last = view.steps.length - 1;
  const stepButtons = document.querySelectorAll("[data-step]");
  const roll = new jazzgram.Roll(get("roll"), view);
  const bank = new jazzgram.Bank((file) => jazzgram.bytesOf(sound.files[file]));
  const player = new jazzgram.Player(view, sound, bank);
  const sheet = new jazzgram.Sheet(get("score"), (tick) => transport.playFrom(tick));
  const transport = new jazzgram.Transport(get("player"), player, { view, onframe, onloop });

  let heard = view; // what the player has

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

  function showStep(number) {
    const index = Math.max(0, Math.min(number, last));
    const step = view.steps[index];
    get("step").value = index;
    roll.showStep(index);
    const wanted = steps.viewAt(view, index);
    if (wanted !== heard) player.show(wanted, sound);
    heard = wanted;
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
  function showItem({ detail: { step, index } }) {
    const parts = index === null ? [HINT] : steps.story(view, step, index, { copied, tellBefore: true });
    get("item").textContent = parts.join(" · ");
  }

  function onframe({ tick, playing }) {
    roll.moveCursor(tick);
    sheet.light(tick, playing);
    if (playing) roll.follow();
  }

  function onloop(loop) {
    roll.showLoop(loop);
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

  get("roll").addEventListener("item", showItem);
  get("roll").addEventListener("seek", (event) => transport.playFrom(event.detail.tick));
  get("roll").addEventListener("bars", ({ detail: { from, to } }) => transport.loopBars(from, to));
  player.onerror = (error) => {
    get("item").textContent = `This browser cannot play it: ${error.message}`;
  };
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.closest("button, input, summary, a, textarea, select")) return;
    event.preventDefault();
    player.toggle();
  });
  sheet.show(Object.entries(JSON.parse(get("onsets").textContent)));
  showStep(last);
  player.prepare();
})((globalThis.jazzgram ??= {}));
