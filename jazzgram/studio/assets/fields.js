/* One option of a step as a row: its label, a control for its kind, what it means, and what is wrong with it.

   const row = jazzgram.fields.makeField(option, given, keyPath, onedit);
   `option` is from the server's list of plugins, `given` its value in the chain (undefined: the default counts);
   onedit(value) is called with a new value, undefined for the default.
   jazzgram.fields.updateField(row, option, given) shows another value. */
(function (jazzgram) {
  "use strict";
  const { chainEdits } = jazzgram;
  const { make } = jazzgram.dom;
  let fieldCount = 0;

  const valueOf = (option, given) => (given === undefined ? option.default : given);

  function makeField(option, given, keyPath, onedit) {
    fieldCount += 1;
    const id = `f${fieldCount}`;
    const value = valueOf(option, given);
    const shared = { id, "aria-describedby": `${id}-hint ${id}-mistake` };
    return make(
      "div",
      { class: `field ${option.kind}${given === undefined ? " default" : ""}` },
      make("label", { for: id }, option.name.replaceAll("_", " ")),
      ...makeControls(option, value, shared, onedit),
      make("p", { class: "hint", id: `${id}-hint` }, option.description),
      make("p", { class: "mistake", id: `${id}-mistake`, "data-mistake": keyPath }),
    );
  }

  function makeControls(option, value, shared, onedit) {
    if (option.kind === "number") return makeNumber(option, value, shared, onedit);
    if (option.kind === "switch") return [makeSwitch(value, shared, onedit)];
    if (option.kind === "choice") return [makeChoice(option, value, shared, onedit)];
    return [makeLine(option, value, shared, onedit)];
  }

  /* A number has a field, and a slider where its range is short enough. */
  function makeNumber(option, value, shared, onedit) {
    const number = make("input", {
      ...shared,
      type: "number",
      min: option.low,
      max: option.high,
      step: option.whole ? 1 : "any",
      value,
      placeholder: option.optional ? "own" : null,
    });
    const setFrom = (text) => {
      const next = chainEdits.parseNumber(text, option.optional);
      if (!Number.isNaN(next)) onedit(next);
    };
    number.addEventListener("change", () => setFrom(number.value));
    const range = chainEdits.sliderOf(option);
    if (!range) return [number];
    const label = { "aria-label": `${option.name} slider`, "data-option": option.name };
    const slider = make("input", { type: "range", ...range, ...label });
    slider.value = value === null ? range.min : value;
    slider.addEventListener("input", () => {
      number.value = slider.value;
      setFrom(slider.value);
    });
    number.addEventListener("input", () => {
      slider.value = number.value;
    });
    return [slider, number];
  }

  function makeSwitch(value, shared, onedit) {
    const box = make("input", { ...shared, type: "checkbox" });
    box.checked = Boolean(value);
    box.addEventListener("change", () => onedit(box.checked));
    return box;
  }

  function makeChoice(option, value, shared, onedit) {
    const choices = option.choices.map((choice) => make("option", { value: choice }, choice));
    const select = make("select", shared, ...choices);
    select.value = value;
    select.addEventListener("change", () => onedit(select.value));
    return select;
  }

  function makeLine(option, value, shared, onedit) {
    const text = chainEdits.valueText(value);
    const line = make("input", { ...shared, type: "text", value: text, spellcheck: "false" });
    line.addEventListener("change", () => {
      onedit(option.kind === "values" ? chainEdits.parseValues(line.value, option.default) : line.value);
    });
    return line;
  }

  /* What is being typed or dragged is left alone. */
  function updateField(row, option, given) {
    const value = valueOf(option, given);
    row.classList.toggle("default", given === undefined);
    for (const input of row.querySelectorAll("input, select")) {
      const isDiscrete = input.type === "checkbox" || input.tagName === "SELECT";
      if (input === document.activeElement && !isDiscrete) continue;
      if (input.type === "checkbox") input.checked = Boolean(value);
      else if (input.type === "range") input.value = value === null ? input.min : value;
      else input.value = option.kind === "values" ? chainEdits.valueText(value) : (value ?? "");
    }
  }

  jazzgram.fields = { makeField, updateField };
})((globalThis.jazzgram ??= {}));
