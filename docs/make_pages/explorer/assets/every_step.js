/* The list of every step, or of every critic, before and after, and the address of the one that is chosen. */
(function (jazzgram) {
  "use strict";
  const { combinations, effects, steps } = jazzgram;
  const { get, make } = jazzgram.dom;
  const GROUPS = {
    prune_grammar: "On the terms of a bar",
    prune_notes: "On the notes of a bar",
    clean_up_notes: "On the whole solo",
    score_bar: "On the candidates of a bar",
  };

  const runs = combinations.readRuns(JSON.parse(get("runs").textContent));
  let chosen = effects.stepOf(runs, location.hash) ?? runs.steps.findIndex(({ name }) => name === runs.first);
  let isAfter = true;
  const stage = new jazzgram.Stage(runs, runs.effects[chosen].with);

  const hooks = new Set(runs.effects.map(({ hook }) => hook));
  const groups = Object.entries(GROUPS).filter(([hook]) => hooks.has(hook));
  const lists = groups.map(([hook, text]) => {
    const list = make("ul", { class: "cards" });
    const code = make("code", {}, hook);
    get("steps").append(make("h3", {}, `${text} `, code), list);
    return [hook, list];
  });
  const listOf = new Map(lists);

  const inputs = runs.steps.map(({ name, summary }, index) => {
    const effect = runs.effects[index];
    const input = make("input", { type: "radio", name: "step", on: { change: () => choose(index) } });
    const head = make(
      "span",
      { class: "head" },
      make("b", {}, steps.stepName(name)),
      " ",
      gain(effect, effects.gainText),
    );
    const moved = make("small", {}, effects.movesText(runs, effect));
    const label = make("label", {}, input, head, " ", make("span", {}, summary), " ", moved);
    listOf.get(effect.hook).append(make("li", {}, label));
    return input;
  });

  function gain(effect, tell) {
    const kind = effects.isNearer(effect) ? "near" : effects.isFarther(effect) ? "far" : "same";
    return make("span", { class: `gain ${kind}` }, tell(effect));
  }

  function choose(index) {
    chosen = index;
    isAfter = true;
    show();
    const fragment = effects.fragmentOf(runs, index);
    if (location.hash !== fragment) location.replace(fragment);
  }

  function turn(wanted) {
    isAfter = wanted;
    show();
  }

  function show() {
    const { name, summary } = runs.steps[chosen];
    const effect = runs.effects[chosen];
    stage.show(isAfter ? effect.with : effect.without, effect.without, effect.without);
    inputs[chosen].checked = true;
    get("before").setAttribute("aria-pressed", String(!isAfter));
    get("after").setAttribute("aria-pressed", String(isAfter));
    get("step").textContent = steps.stepName(name);
    get("summary").textContent = summary;
    get("plugin").href = effect.page;
    const sentence = effects.gainSentence(effect) && `. `;
    get("improves").replaceChildren(gain(effect, effects.gainSentence), sentence, effects.movesText(runs, effect));
  }

  /* Bring the chosen step into sight within the list, without moving the page. */
  function reveal() {
    const list = get("steps");
    const card = inputs[chosen].closest("li");
    list.scrollTop += card.getBoundingClientRect().top - list.getBoundingClientRect().top - card.clientHeight / 2;
  }

  get("before").addEventListener("click", () => turn(false));
  get("after").addEventListener("click", () => turn(true));
  addEventListener("hashchange", () => {
    const wanted = effects.stepOf(runs, location.hash);
    if (wanted === null || wanted === chosen) return;
    choose(wanted);
    reveal();
  });
  show();
  reveal();
})((globalThis.jazzgram ??= {}));
