/* The switches of the chain explorer, and its address. */
(function (jazzgram) {
  "use strict";
  const { combinations, steps } = jazzgram;
  const { get, make } = jazzgram.dom;

  const runs = combinations.readRuns(JSON.parse(get("runs").textContent));
  let combination = combinations.combinationOf(runs, location.hash) ?? runs.all;
  const stage = new jazzgram.Stage(runs, combination);

  const switches = runs.steps.map(({ name, summary }, index) => {
    const input = make("input", { type: "checkbox", role: "switch", on: { change: () => toggle(index) } });
    const says = make("span", { class: "says" }, make("b", {}, steps.stepName(name)), " ", make("span", {}, summary));
    get("switches").append(make("li", {}, make("label", {}, input, says)));
    return input;
  });

  const toggle = (index) => change(combinations.toggled(combination, index));

  /* Play and show a combination; what differs from the one before is marked. */
  function change(wanted) {
    const before = combination;
    combination = wanted;
    show(before);
    const fragment = combinations.fragmentOf(runs, wanted);
    if (location.hash !== fragment) location.replace(fragment);
  }

  function show(before) {
    stage.show(combination, before, 0);
    switches.forEach((input, index) => {
      input.checked = combinations.isOn(combination, index);
    });
    get("all").disabled = combination === runs.all;
    get("none").disabled = combination === 0;
  }

  get("all").addEventListener("click", () => change(runs.all));
  get("none").addEventListener("click", () => change(0));
  addEventListener("hashchange", () => {
    const wanted = combinations.combinationOf(runs, location.hash);
    if (wanted !== null && wanted !== combination) change(wanted);
  });
  show(combination);
})((globalThis.jazzgram ??= {}));
