/* What binds the parts of the chain explorer together: switches, roll, numbers, configuration and player. */
(function (jazzgram) {
  "use strict";
  const { combinations, steps } = jazzgram;
  const { get, make } = jazzgram.dom;
  const HINT = "Point at a note, or go through them with the arrow keys; a click plays from there.";
  const NO_RUNS = new Map(); // copied runs are not looked for

  const runs = combinations.readRuns(JSON.parse(get("runs").textContent));
  const sound = JSON.parse(get("sound").textContent);
  let combination = combinations.combinationOf(runs, location.hash) ?? runs.all;
  let view = combinations.viewOf(runs, combination, combination);
  const bank = new jazzgram.Bank((file) => jazzgram.bytesOf(sound.files[file]));
  const player = new jazzgram.Player(view, sound, bank);
  const roll = new jazzgram.Roll(get("roll"), view);
  const transport = new jazzgram.Transport(get("player"), player, {
    view,
    onframe({ tick, playing }) {
      roll.moveCursor(tick);
      if (playing) roll.follow();
    },
    onloop: (loop) => roll.showLoop(loop),
  });

  const switches = runs.steps.map(({ name, summary }, index) => {
    const input = make("input", { type: "checkbox", role: "switch", on: { change: () => toggle(index) } });
    const says = make("span", { class: "says" }, make("b", {}, steps.stepName(name)), " ", make("span", {}, summary));
    get("switches").append(make("li", {}, make("label", {}, input, says)));
    return input;
  });

  const toggle = (index) => show(combinations.toggled(combination, index));

  /* Play and show a combination; what differs from the one before is marked. */
  function show(wanted) {
    const before = combination;
    combination = wanted;
    view = combinations.viewOf(runs, wanted, before);
    roll.show(view);
    player.show(view, sound);
    transport.show(view);
    tell(before);
    const fragment = combinations.fragmentOf(runs, wanted);
    if (location.hash !== fragment) location.replace(fragment);
  }

  function tell(before) {
    switches.forEach((input, index) => {
      input.checked = combinations.isOn(combination, index);
    });
    get("all").disabled = combination === runs.all;
    get("none").disabled = combination === 0;
    get("terms").setAttribute("aria-pressed", "false");
    get("status").textContent = combinations.sentence(runs, combination, before);
    get("yaml").textContent = combinations.yamlOf(runs, combination);
    const [now, without] = [combination, 0].map((each) => runs.combinations[each].distance.toFixed(2));
    get("distance").textContent = now;
    get("distance-without").textContent = without;
    get("numbers").replaceChildren(...combinations.numbersOf(runs, combination).map(row));
  }

  const numberText = (value, digits = 2) => (value === null ? "–" : value.toFixed(digits).replace("-", "−"));

  function row({ text, value, without, mean, deviation, z, isFar }) {
    const real = `${numberText(mean)} ± ${numberText(deviation)}`;
    const cells = [numberText(value), numberText(without), real].map((each) => make("td", {}, each));
    const away = make("td", { class: isFar ? "far" : "near" }, numberText(z, 1));
    return make("tr", {}, make("th", { scope: "row" }, text), ...cells, away);
  }

  function showTerms() {
    const isShown = get("terms").getAttribute("aria-pressed") === "true";
    get("terms").setAttribute("aria-pressed", String(!isShown));
    roll.showStep(isShown ? 1 : 0);
  }

  get("all").addEventListener("click", () => show(runs.all));
  get("none").addEventListener("click", () => show(0));
  get("terms").addEventListener("click", showTerms);
  addEventListener("hashchange", () => {
    const wanted = combinations.combinationOf(runs, location.hash);
    if (wanted !== null && wanted !== combination) show(wanted);
  });

  get("roll").addEventListener("item", ({ detail: { step, index } }) => {
    const options = { copied: NO_RUNS, nameOf: steps.stepName, tellBefore: true };
    get("item").textContent = index === null ? HINT : steps.story(view, step, index, options).join(" · ");
  });
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
  get("item").textContent = HINT;
  tell(combination);
  player.prepare();
})((globalThis.jazzgram ??= {}));
