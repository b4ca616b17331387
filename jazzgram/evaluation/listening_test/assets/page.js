"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const { test, clips } = JSON.parse(byId("content").textContent);
  const storageName = `jazzgram-listening-${test}`;
  const fresh = () => ({
    // Random, not a name: nobody need say who they are. crypto.randomUUID does not exist on file:// everywhere.
    listener: Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join(""),
    group: "",
    ratings: {},
    place: 0,
  });
  const load = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(storageName));
      return kept && kept.listener && kept.ratings ? kept : fresh();
    } catch {
      return fresh(); // storage may be forbidden on file://; the test works without
    }
  };
  const save = () => {
    try {
      localStorage.setItem(storageName, JSON.stringify(state));
    } catch {
      // see load
    }
  };
  let state = load();
  let file = "";

  const checked = (name) => document.querySelector(`input[name=${name}]:checked`);
  const check = (name, value) => {
    for (const input of document.querySelectorAll(`input[name=${name}]`)) input.checked = input.value === String(value);
  };

  const csv = () =>
    ["test,listener,group,clip,rating"]
      .concat(clips.map((clip) => [test, state.listener, state.group, clip.name, state.ratings[clip.name]].join(",")))
      .join("\r\n") + "\r\n";

  const show = (moved) => {
    const done = state.group && state.place >= clips.length;
    byId("start").hidden = Boolean(state.group);
    byId("rate").hidden = !state.group || done;
    byId("end").hidden = !done;
    const sound = byId("sound");
    sound.pause();
    if (done) {
      URL.revokeObjectURL(file);
      file = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
      byId("download").href = file;
      byId("download").download = `answers-${test}-${state.listener}.csv`;
      if (moved) byId("thanks").focus();
    } else if (state.group) {
      const clip = clips[state.place];
      byId("place").textContent = `${state.place + 1} of ${clips.length}`;
      byId("progress").max = clips.length;
      byId("progress").value = state.place;
      byId("name").textContent = `Clip ${clip.name}`;
      byId("back").hidden = state.place === 0;
      sound.src = clip.sound;
      check("rating", state.ratings[clip.name]);
      if (moved) byId("name").focus();
    } else {
      check("group", "");
    }
  };

  const go = (place) => {
    state.place = place;
    save();
    show(true);
  };
  const rated = () => {
    state.ratings[clips[state.place].name] = Number(checked("rating").value);
    save();
  };

  byId("start").addEventListener("submit", (event) => {
    event.preventDefault();
    state.group = checked("group").value;
    go(0);
  });
  byId("rate").addEventListener("change", (event) => {
    if (event.target.name === "rating") rated();
  });
  byId("rate").addEventListener("submit", (event) => {
    event.preventDefault();
    go(state.place + 1);
  });
  byId("back").addEventListener("click", () => go(state.place - 1));
  byId("change").addEventListener("click", () => go(clips.length - 1));
  byId("anew").addEventListener("click", () => {
    if (!confirm("Have you downloaded the answers? They are removed from this page.")) return;
    state = fresh();
    go(0);
  });
  document.addEventListener("keydown", (event) => {
    if (byId("rate").hidden || event.ctrlKey || event.altKey || event.metaKey) return;
    if (/^[1-5]$/.test(event.key)) {
      check("rating", event.key);
      rated();
    } else if (event.key === "Enter" && [byId("name"), document.body].includes(event.target)) {
      byId("rate").requestSubmit();
    }
  });
  show(false);
})();
