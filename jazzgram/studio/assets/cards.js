/* Steps as cards: options as sliders and fields, order by dragging or by buttons.

   const cards = jazzgram.Cards(element, palette, section, onchange);
   cards.show(steps)              draw steps, as YAML has them
   cards.mistakes(list)           [{place, message}] of this section, by card and field
   cards.effects(texts)           what each step did, by its place
   onchange(label, steps, what)   called with new steps; `what` names the control */
(function () {
  "use strict";
  const jazzgram = (window.jazzgram = window.jazzgram || {});
  const GROUPS = {
    chain: [["prune_grammar", "Terms", "of each bar, before they are notes"], ["prune_notes", "Notes", "of each bar"], ["clean_up_notes", "Solo", "all notes together"]],
    samplers: [["shape_distribution", "Shape", "what may come next"], ["sample", "Draw", "the next term"]],
  };
  const plain = (name) => name.replace(/^.*\//, "").replace(/\.py$/, "").replaceAll("_", " ");
  let counter = 0;

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "on") for (const [name, handler] of Object.entries(value)) node.addEventListener(name, handler);
      else if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children.filter((child) => child !== null));
    return node;
  }
  jazzgram.make = make;
  jazzgram.plainName = plain;

  const hookOf = (step) => Object.keys(step).find((key) => key !== "with");

  jazzgram.Cards = function (element, palette, section, onchange) {
    let steps = [];
    const find = (hook, name) => palette.find((one) => one.hook === hook && one.name === name);

    function change(label, edit, what) {
      const next = JSON.parse(JSON.stringify(steps));
      edit(next);
      onchange(label, next, what);
    }

    function set(index, field, value) {
      const hook = hookOf(steps[index]), name = plain(steps[index][hook]);
      change(`${name}: ${field.name} ${show(value)}`, (next) => {
        const options = { ...(next[index].with || {}) };
        if (value === undefined) delete options[field.name]; else options[field.name] = value;
        if (Object.keys(options).length) next[index].with = options; else delete next[index].with;
      }, `${section}.${index}.${field.name}`);
    }

    function move(from, to, focus) {
      if (to < 0 || to >= steps.length || from === to || hookOf(steps[from]) !== hookOf(steps[to])) return;
      change(`${plain(steps[from][hookOf(steps[from])])} moved`, (next) => next.splice(to, 0, ...next.splice(from, 1)));
      const card = element.querySelector(`[data-card="${to}"]`);
      const button = card && (card.querySelector(`[data-move="${focus}"]:not(:disabled)`) || card.querySelector("[data-move]:not(:disabled)"));
      if (focus && button) button.focus();
    }

    /* By mouse, pen or finger: the card is dropped where the one under the pointer is. */
    function drag(event, grip, node, index) {
      const alike = [...node.parentNode.children];
      let target = node;
      const over = (at) => {
        target = alike.reduce((best, one) => {
          const box = one.getBoundingClientRect(), away = Math.abs((box.top + box.bottom) / 2 - at);
          return away < best[1] ? [one, away] : best;
        }, [node, Infinity])[0];
        alike.forEach((one) => one.classList.toggle("over", one === target && one !== node));
      };
      const move_ = (moved) => over(moved.clientY);
      const end = (ended) => {
        grip.removeEventListener("pointermove", move_);
        grip.removeEventListener("pointerup", end);
        grip.removeEventListener("pointercancel", end);
        node.classList.remove("dragged");
        alike.forEach((one) => one.classList.remove("over"));
        if (ended.type === "pointerup" && target !== node) move(index, Number(target.dataset.card));
      };
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      node.classList.add("dragged");
      grip.addEventListener("pointermove", move_);
      grip.addEventListener("pointerup", end);
      grip.addEventListener("pointercancel", end);
    }

    function add(hook, name) {
      change(`${plain(name)} added`, (next) => {
        if (hook === "sample") { const old = next.findIndex((step) => hookOf(step) === hook); if (old >= 0) next.splice(old, 1); }
        const order = GROUPS[section].map(([one]) => one);
        let place = next.findIndex((step) => order.indexOf(hookOf(step)) > order.indexOf(hook));
        if (place < 0) place = next.length;
        next.splice(place, 0, { [hook]: name });
      });
      const names = [...element.querySelectorAll("[data-card]")];
      const card = names.filter((one) => one.dataset.name === name).pop();
      if (card) card.scrollIntoView({ block: "nearest" });
    }

    function remove(index) {
      const hook = hookOf(steps[index]);
      change(`${plain(steps[index][hook])} removed`, (next) => next.splice(index, 1));
      const next = element.querySelector(`[data-card="${Math.min(index, steps.length - 1)}"] .remove`) || element.querySelector("select");
      if (next) next.focus();
    }

    const show = (value) => (value === undefined ? "as usual" : typeof value === "object" && value !== null ? text(value) : String(value));

    /* Lists and mappings as a line of YAML, and back. */
    function text(value) {
      if (Array.isArray(value)) return value.map(text).join(", ");
      if (value && typeof value === "object") return Object.entries(value).map(([key, one]) => `${key}: ${one}`).join(", ");
      return value === null || value === undefined ? "" : String(value);
    }
    function values(line, model) {
      const scalar = (word) => (word !== "" && !isNaN(Number(word)) ? Number(word) : word);
      const words = line.split(",").map((word) => word.trim()).filter(Boolean);
      if (Array.isArray(model)) return words.map(scalar);
      return Object.fromEntries(words.map((word) => { const [key, ...rest] = word.split(":"); return [key.trim(), scalar(rest.join(":").trim())]; }));
    }

    function field(index, one, given) {
      const id = `f${(counter += 1)}`, set_ = given !== undefined, value = set_ ? given : one.default;
      const hint = make("p", { class: "hint", id: `${id}-hint` }, one.description);
      const mistake = make("p", { class: "mistake", id: `${id}-mistake`, "data-mistake": `${section}.${index}.with.${one.name}` });
      const described = `${id}-hint ${id}-mistake`;
      const label = make("label", { for: id }, one.name.replaceAll("_", " "));
      const row = make("div", { class: `field ${one.kind}${set_ ? "" : " default"}` }, label);
      if (one.kind === "number") {
        const span = one.high - one.low, slides = one.low !== null && one.high !== null && span <= (one.whole ? 400 : 64);
        const step = one.whole ? 1 : span <= 2 ? 0.01 : span <= 10 ? 0.05 : 0.25;
        const number = make("input", { type: "number", id: id, min: one.low, max: one.high, step: one.whole ? 1 : "any", value: value, placeholder: one.optional ? "own" : null, "aria-describedby": described });
        const change_ = (raw) => { if (raw === "") { if (one.optional) set(index, one, null); else set(index, one, undefined); } else if (!isNaN(Number(raw))) set(index, one, Number(raw)); };
        number.addEventListener("change", () => change_(number.value));
        if (slides) {
          const low = one.open_low ? one.low + step : one.low;
          const slider = make("input", { type: "range", min: low, max: one.high, step: step, "aria-label": `${one.name} slider`, "data-option": one.name });
          slider.value = value === null ? low : value;
          slider.addEventListener("input", () => { number.value = slider.value; change_(slider.value); });
          number.addEventListener("input", () => { slider.value = number.value; });
          row.append(slider);
        }
        row.append(number);
      } else if (one.kind === "switch") {
        const box = make("input", { type: "checkbox", id: id, "aria-describedby": described });
        box.checked = Boolean(value);
        box.addEventListener("change", () => set(index, one, box.checked));
        row.append(box);
      } else if (one.kind === "choice") {
        const select = make("select", { id: id, "aria-describedby": described }, ...one.choices.map((choice) => make("option", { value: choice }, choice)));
        select.value = value;
        select.addEventListener("change", () => set(index, one, select.value));
        row.append(select);
      } else {
        const line = make("input", { type: "text", id: id, value: text(value), spellcheck: "false", "aria-describedby": described });
        line.addEventListener("change", () => set(index, one, one.kind === "values" ? values(line.value, one.default) : line.value));
        row.append(line);
      }
      row.append(hint, mistake);
      return row;
    }

    function card(step, index) {
      const hook = hookOf(step), name = step[hook], known = find(hook, name);
      const alike = (other) => other >= 0 && other < steps.length && hookOf(steps[other]) === hook;
      const says = plain(String(name));
      const node = make("li", { class: "card", "data-card": index, "data-name": name });
      const grip = make("span", { class: "grip", "aria-hidden": "true", title: "Drag to another place" }, "⠿");
      grip.addEventListener("pointerdown", (event) => { if (event.button === 0) drag(event, grip, node, index); });
      node.append(make("div", { class: "title" }, grip,
        make("h4", { title: known ? known.summary : "" }, says),
        make("span", { class: "moves" },
          make("button", { type: "button", "data-move": "up", "aria-label": `Move ${says} up`, disabled: !alike(index - 1), on: { click: () => move(index, index - 1, "up") } }, "↑"),
          make("button", { type: "button", "data-move": "down", "aria-label": `Move ${says} down`, disabled: !alike(index + 1), on: { click: () => move(index, index + 1, "down") } }, "↓"),
          make("button", { type: "button", class: "remove", "aria-label": `Remove ${says}`, on: { click: () => remove(index) } }, "×"))));
      if (known) node.append(make("p", { class: "summary" }, known.summary));
      for (const one of known ? known.options : []) node.append(field(index, one, (step.with || {})[one.name]));
      node.append(make("p", { class: "mistake", "data-mistake": `${section}.${index}`, role: "status" }), make("p", { class: "effect", "data-effect": index }));
      return node;
    }

    function draw() {
      const active = document.activeElement, inside = element.contains(active) ? active : null;
      const again = inside && inside.closest("[data-card]") && inside.dataset.option ? [inside.closest("[data-card]").dataset.card, inside.dataset.option] : null;
      element.replaceChildren(...GROUPS[section].map(([hook, head, what]) => {
        const choices = palette.filter((one) => one.section === section && one.hook === hook);
        const select = make("select", { "aria-label": hook === "sample" ? "Draw with" : `Add to ${head.toLowerCase()}`, "data-add": hook },
          make("option", { value: "" }, hook === "sample" ? "Draw otherwise…" : "+ Add a step…"), ...choices.map((one) => make("option", { value: one.name, title: one.summary }, plain(one.name))));
        select.addEventListener("change", () => { if (select.value) add(hook, select.value); });
        const list = make("ol", { class: "cards" }, ...steps.map((step, index) => (hookOf(step) === hook ? card(step, index) : null)).filter(Boolean));
        return make("div", { class: "group" }, make("h3", {}, head, make("small", {}, ` ${what}`)), list, select);
      }), make("p", { class: "mistake", "data-mistake": section, role: "status" }));
      if (again) { const same = element.querySelector(`[data-card="${again[0]}"] [data-option="${again[1]}"]`); if (same) same.focus(); }
    }

    /* Redrawing while a slider is dragged would take it out of the hand: only values are put in. */
    const shape = (list) => JSON.stringify(list.map((step) => [hookOf(step), step[hookOf(step)]]));

    function update(list) {
      list.forEach((step, index) => {
        const known = find(hookOf(step), step[hookOf(step)]), node = element.querySelector(`[data-card="${index}"]`);
        if (!known || !node) return;
        known.options.forEach((one, number) => {
          const row = node.querySelectorAll(".field")[number], given = (step.with || {})[one.name], value = given === undefined ? one.default : given;
          row.classList.toggle("default", given === undefined);
          for (const input of row.querySelectorAll("input, select")) {
            if (input === document.activeElement && input.type !== "checkbox" && input.tagName !== "SELECT") continue;
            if (input.type === "checkbox") input.checked = Boolean(value);
            else if (input.type === "range") input.value = value === null ? input.min : value;
            else input.value = one.kind === "values" ? text(value) : value === null ? "" : value;
          }
        });
      });
    }

    return {
      show: (list) => {
        const same = shape(list) === shape(steps) && element.childElementCount > 0;
        steps = list;
        if (same) update(list); else draw();
      },
      mistakes: (list) => {
        element.querySelectorAll("[data-mistake]").forEach((node) => { node.textContent = ""; });
        element.querySelectorAll(".card.wrong").forEach((node) => node.classList.remove("wrong"));
        element.querySelectorAll("[aria-invalid]").forEach((node) => node.removeAttribute("aria-invalid"));
        for (const one of list.filter((each) => each.place.split(".")[0] === section)) {
          const parts = one.place.split(".");
          let node = null;
          for (let length = parts.length; length > 0 && !node; length--) node = element.querySelector(`[data-mistake="${CSS.escape(parts.slice(0, length).join("."))}"]`);
          if (!node) continue;
          node.textContent = node.textContent ? `${node.textContent}; ${one.message}` : one.message;
          const card_ = node.closest(".card"), row = node.closest(".field");
          if (card_) card_.classList.add("wrong");
          if (row) row.querySelectorAll("input, select").forEach((input) => input.setAttribute("aria-invalid", "true"));
        }
      },
      effects: (texts) => element.querySelectorAll("[data-effect]").forEach((node) => { node.textContent = texts[Number(node.dataset.effect)] || ""; }),
    };
  };
})();
