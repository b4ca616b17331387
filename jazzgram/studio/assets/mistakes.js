/* What is wrong with a take: by card, by field of the changes, by line of the YAML, else over the page.

   jazzgram.mistakes.show(list, sections)   [{place, message, line}]; a place is a key path such as chain.2.with.below;
                                            `sections` are the cards that show their own */
(function (jazzgram) {
  "use strict";
  const { trouble } = jazzgram;
  const { get, make } = jazzgram.dom;

  function show(list, sections) {
    for (const cards of sections) cards.showMistakes(list);
    const within = (path) => list.filter(({ place }) => place === path || place.startsWith(`${path}.`));
    get("chords-mistake").textContent = within("improvise")
      .map(({ place, message }) => (place === "improvise.chords" ? message : `${place.split(".").pop()}: ${message}`))
      .join("; ");
    for (const key of ["chords", "bars", "meter", "tempo", "title"]) {
      get(key).toggleAttribute("data-wrong", within(`improvise.${key}`).length > 0);
    }
    get("seed-mistake").textContent = within("seed")
      .map(({ message }) => `seed: ${message}`)
      .join("; ");
    get("seed").toggleAttribute("data-wrong", within("seed").length > 0);
    get("yaml-mistakes").replaceChildren(...list.map(makeYamlMistake));
    const elsewhere = list.filter(({ place }) => !/^(chain|samplers|improvise|seed)\b/.test(place));
    if (elsewhere.length && get("panel-yaml").hidden) {
      trouble.show(elsewhere.map(({ place, message }) => [place, message].filter(Boolean).join(": ")).join("; "));
    }
  }

  function makeYamlMistake({ place, message, line }) {
    const text = ` ${place ? `${place}: ` : ""}${message}`;
    if (line === null) return make("li", {}, "", text);
    const click = () => selectLine(line);
    return make("li", {}, make("button", { type: "button", class: "quiet", on: { click } }, `line ${line}`), text);
  }

  function selectLine(number) {
    const area = get("yaml");
    const lines = area.value.split("\n");
    const begin = lines.slice(0, number - 1).reduce((length, line) => length + line.length + 1, 0);
    area.focus();
    area.setSelectionRange(begin, begin + (lines[number - 1] ?? "").length);
  }

  jazzgram.mistakes = { show };
})((globalThis.jazzgram ??= {}));
