/* Steps of a chain, of samplers or of critics as YAML has them, {hook: plugin, with: {option: value}}, and their edits. No DOM.

   An edit returns a new list of steps; the one that is given stays as it is. */
(function (jazzgram) {
  "use strict";
  /* The hooks of a section in the order in which they work, with their heads. */
  const GROUPS = {
    chain: [
      { hook: "prune_grammar", head: "Terms", what: "of each bar, before they are notes" },
      { hook: "prune_notes", head: "Notes", what: "of each bar" },
      { hook: "clean_up_notes", head: "Solo", what: "all notes together" },
    ],
    samplers: [
      { hook: "shape_distribution", head: "Shape", what: "what may come next" },
      { hook: "sample", head: "Draw", what: "the next term" },
    ],
    critics: [{ hook: "score_bar", head: "Score", what: "the candidates of each bar: the best go on" }],
  };
  const MOST_NOTCHES = { whole: 400, real: 64 }; // spans that a slider is still good for

  const hookOf = (step) => Object.keys(step).find((key) => key !== "with");
  const nameOf = (step) => step[hookOf(step)];
  const optionsOf = (step) => step.with ?? {};

  /* "max_leap" and "plugins/max_leap.py" are max leap. */
  const plainName = (name) => name.replace(/^.*\//, "").replace(/\.py$/, "").replaceAll("_", " ");

  /* Which plugins stand where, whatever their options. */
  const shapeOf = (steps) => JSON.stringify(steps.map((step) => [hookOf(step), nameOf(step)]));

  /* A step can change places only with one of the same hook. */
  const canMove = (steps, from, to) =>
    to >= 0 && to < steps.length && from !== to && hookOf(steps[from]) === hookOf(steps[to]);

  function moveStep(steps, from, to) {
    const next = steps.toSpliced(from, 1);
    return next.toSpliced(to, 0, steps[from]);
  }

  /* Put a step behind those of its hook; a draw takes the place of the one before. */
  function addStep(steps, section, hook, name) {
    const order = GROUPS[section].map((group) => group.hook);
    const others = hook === "sample" ? steps.filter((step) => hookOf(step) !== hook) : steps;
    const later = others.findIndex((step) => order.indexOf(hookOf(step)) > order.indexOf(hook));
    return others.toSpliced(later < 0 ? others.length : later, 0, { [hook]: name });
  }

  const removeStep = (steps, index) => steps.toSpliced(index, 1);

  /* Set an option of a step; undefined leaves it to its default. */
  function setOption(steps, index, option, value) {
    const { with: before, ...step } = steps[index];
    const options = { ...before, [option]: value };
    if (value === undefined) delete options[option];
    return steps.with(index, Object.keys(options).length ? { ...step, with: options } : step);
  }

  /* Lists and mappings as a line of YAML: "1/4, 1/8", "chord_tone: 2, tension: 1". */
  function valueText(value) {
    if (value === null || value === undefined) return "";
    if (Array.isArray(value)) return value.map(valueText).join(", ");
    if (typeof value !== "object") return String(value);
    return Object.entries(value)
      .map(([key, one]) => `${key}: ${one}`)
      .join(", ");
  }

  const scalar = (word) => (word !== "" && !Number.isNaN(Number(word)) ? Number(word) : word);

  /* The list or mapping that a line means: which of both, `model` says. */
  function parseValues(line, model) {
    const words = line
      .split(",")
      .map((word) => word.trim())
      .filter(Boolean);
    if (Array.isArray(model)) return words.map(scalar);
    return Object.fromEntries(
      words.map((word) => {
        const [key, ...rest] = word.split(":");
        return [key.trim(), scalar(rest.join(":").trim())];
      }),
    );
  }

  /* How an option's value is written in the list of takes. */
  function valueLabel(value) {
    if (value === undefined) return "as usual";
    return value === null ? "null" : valueText(value);
  }

  /* The value that a number's field means; undefined leaves it to the default, NaN is none. */
  function parseNumber(text, isOptional) {
    if (text !== "") return Number(text);
    return isOptional ? null : undefined;
  }

  /* The slider of a number's option, {min, max, step}; null where its range is open or too long for one. */
  function sliderOf({ low, high, whole, open_low: openLow }) {
    if (low === null || high === null) return null;
    const span = high - low;
    if (span > (whole ? MOST_NOTCHES.whole : MOST_NOTCHES.real)) return null;
    const step = whole ? 1 : span <= 2 ? 0.01 : span <= 10 ? 0.05 : 0.25;
    return { min: openLow ? low + step : low, max: high, step };
  }

  /* The key paths at which a mistake can be shown, the most exact one first: chain.2.with.below, chain.2.with, … */
  function keyPathsOf(keyPath) {
    const keys = keyPath.split(".");
    return keys.map((_, index) => keys.slice(0, keys.length - index).join("."));
  }

  /* The step of a view that shows what the chain's step `index` did; undefined where it did not work. */
  const stepAt = (view, index) =>
    view.steps.find((step) => step.label.startsWith(`${index + 1}:`) && step.hook !== "unparse_grammar");

  jazzgram.chainEdits = {
    GROUPS,
    hookOf,
    nameOf,
    optionsOf,
    plainName,
    shapeOf,
    canMove,
    moveStep,
    addStep,
    removeStep,
    setOption,
    valueText,
    parseValues,
    valueLabel,
    parseNumber,
    sliderOf,
    keyPathsOf,
    stepAt,
  };
})((globalThis.jazzgram ??= {}));
