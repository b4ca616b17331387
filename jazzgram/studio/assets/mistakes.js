/* What is wrong with a take: by card, by field of the changes, by line of the YAML, else over the page.

   jazzgram.mistakes.show(list, sections)   [{key_path, message, line}]; a key path is chain.2.with.below or such;
                                            `sections` are the cards that show their own */
(function (jazzgram) {
  "use strict";
  const { trouble } = jazzgram;
  const { get, make } = jazzgram.dom;

  function show(list, sections) {
    for (const cards of sections) cards.showMistakes(list);
    const within = (path) => list.filter(({ key_path: keyPath }) => keyPath === path || keyPath.startsWith(`${path}.`));
    get("chords-mistake").textContent = [...within("improvise"), ...within("accompany")]
      .map(({ key_path: keyPath, message }) =>
        keyPath === "improvise.chords" ? message : `${keyPath.split(".").pop()}: ${message}`,
      )
      .join("; ");
    for (const key of ["chords", "bars", "meter", "tempo", "key", "transpose", "instrument", "title"]) {
      get(key).toggleAttribute("data-wrong", within(`improvise.${key}`).length > 0);
    }
    get("seed-mistake").textContent = within("seed")
      .map(({ message }) => `seed: ${message}`)
      .join("; ");
    get("seed").toggleAttribute("data-wrong", within("seed").length > 0);
    get("yaml-mistakes").replaceChildren(...list.map(makeYamlMistake));
    const elsewhere = list.filter(
      ({ key_path: keyPath }) => !/^(chain|samplers|critics|improvise|accompany|seed)\b/.test(keyPath),
    );
    if (elsewhere.length && get("panel-yaml").hidden) {
      trouble.show(
        elsewhere.map(({ key_path: keyPath, message }) => [keyPath, message].filter(Boolean).join(": ")).join("; "),
      );
    }
  }

  function makeYamlMistake({ key_path: keyPath, message, line }) {
    const text = ` ${keyPath ? `${keyPath}: ` : ""}${message}`;
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
