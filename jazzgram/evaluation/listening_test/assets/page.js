/* The page of a listening test: one clip after the other, its rating, and the answers as a file in the end. */
(function (jazzgram) {
  "use strict";
  const { answers } = jazzgram;
  const get = (id) => document.getElementById(id);
  const { test, clips } = JSON.parse(get("content").textContent);
  const storageKey = `jazzgram-listening-${test}`;
  const page = { answers: load() ?? begin(), fileUrl: "" };

  // crypto.randomUUID does not exist on file:// everywhere.
  function begin() {
    return answers.begin(crypto.getRandomValues(new Uint8Array(6)));
  }

  function load() {
    try {
      return answers.fromText(localStorage.getItem(storageKey));
    } catch {
      return null; // storage may be forbidden on file://; the test works without
    }
  }

  function keep(next) {
    page.answers = next;
    try {
      localStorage.setItem(storageKey, JSON.stringify(next));
    } catch {
      // see load
    }
  }

  const checked = (name) => document.querySelector(`input[name=${name}]:checked`);

  function check(name, value) {
    for (const input of document.querySelectorAll(`input[name=${name}]`)) input.checked = input.value === String(value);
  }

  function draw() {
    const part = answers.partOf(page.answers, clips);
    for (const id of ["start", "rate", "end"]) get(id).hidden = id !== part;
    get("sound").pause();
    if (part === "start") check("group", "");
    if (part === "rate") drawClip();
    if (part === "end") drawEnd();
  }

  function drawClip() {
    const { place, ratings } = page.answers;
    const { name, sound } = clips[place];
    get("place").textContent = `${place + 1} of ${clips.length}`;
    get("progress").max = clips.length;
    get("progress").value = place;
    get("name").textContent = `Clip ${name}`;
    get("back").hidden = place === 0;
    get("sound").src = sound;
    check("rating", ratings[name]);
  }

  function drawEnd() {
    URL.revokeObjectURL(page.fileUrl);
    page.fileUrl = URL.createObjectURL(new Blob([answers.toCsv(test, clips, page.answers)], { type: "text/csv" }));
    get("download").href = page.fileUrl;
    get("download").download = answers.fileName(test, page.answers);
  }

  function show(next) {
    keep(next);
    draw();
    const heads = { rate: "name", end: "thanks" };
    get(heads[answers.partOf(next, clips)])?.focus();
  }

  const goTo = (place) => show(answers.goTo(page.answers, place));

  const rate = () => keep(answers.rate(page.answers, clips, Number(checked("rating").value)));

  get("start").addEventListener("submit", (event) => {
    event.preventDefault();
    show(answers.joinGroup(page.answers, checked("group").value));
  });
  get("rate").addEventListener("change", (event) => {
    if (event.target.name === "rating") rate();
  });
  get("rate").addEventListener("submit", (event) => {
    event.preventDefault();
    goTo(page.answers.place + 1);
  });
  get("back").addEventListener("click", () => goTo(page.answers.place - 1));
  get("change").addEventListener("click", () => goTo(clips.length - 1));
  get("anew").addEventListener("click", () => {
    if (!confirm("Have you downloaded the answers? They are removed from this page.")) return;
    show(begin());
  });
  document.addEventListener("keydown", (event) => {
    if (get("rate").hidden || event.ctrlKey || event.altKey || event.metaKey) return;
    if (/^[1-5]$/.test(event.key)) {
      check("rating", event.key);
      rate();
    } else if (event.key === "Enter" && [get("name"), document.body].includes(event.target)) {
      get("rate").requestSubmit();
    }
  });
  draw();
})((globalThis.jazzgram ??= {}));
