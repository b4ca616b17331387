/* Steps as cards: options as sliders and fields, order by dragging or by buttons.

   const cards = new jazzgram.Cards(element, plugins, section, onchange);
   cards.show(steps)                 draw steps, as YAML has them
   cards.showMistakes(list)          [{key_path, message}] of this section, by card and field
   cards.setPlugins(plugins)         other options or descriptions, as plugin files now have them
   cards.showEffects(texts)          what each step did, by its index
   onchange(label, steps, control)   called with new steps; `control` names the one that was used */
(function (jazzgram) {
  "use strict";
  const { chainEdits, fields } = jazzgram;
  const { make } = jazzgram.dom;
  const { hookOf, nameOf, optionsOf, plainName } = chainEdits;

  jazzgram.Cards = class Cards {
    #element;
    #plugins;
    #section;
    #onchange;
    #steps = [];

    constructor(element, plugins, section, onchange) {
      this.#element = element;
      this.#plugins = plugins;
      this.#section = section;
      this.#onchange = onchange;
    }

    show(steps) {
      const isSame = chainEdits.shapeOf(steps) === chainEdits.shapeOf(this.#steps);
      this.#steps = steps;
      // Redrawing while a slider is dragged would take it out of the hand: only values are put in.
      if (isSame && this.#element.childElementCount > 0) this.#update();
      else this.#draw();
    }

    setPlugins(plugins) {
      this.#plugins = plugins;
      this.#draw();
    }

    showMistakes(list) {
      for (const node of this.#element.querySelectorAll("[data-mistake]")) node.textContent = "";
      for (const node of this.#element.querySelectorAll(".card.wrong")) node.classList.remove("wrong");
      for (const node of this.#element.querySelectorAll("[aria-invalid]")) node.removeAttribute("aria-invalid");
      for (const { key_path: keyPath, message } of list) {
        if (keyPath.split(".")[0] === this.#section) this.#showMistake(keyPath, message);
      }
    }

    showEffects(texts) {
      for (const node of this.#element.querySelectorAll("[data-effect]")) {
        node.textContent = texts[Number(node.dataset.effect)] || "";
      }
    }

    #plugin(step) {
      return this.#plugins.find((one) => one.hook === hookOf(step) && one.name === nameOf(step));
    }

    #card(index) {
      return this.#element.querySelector(`[data-card="${index}"]`);
    }

    #showMistake(keyPath, message) {
      const nodes = chainEdits
        .keyPathsOf(keyPath)
        .map((path) => this.#element.querySelector(`[data-mistake="${CSS.escape(path)}"]`));
      const node = nodes.find(Boolean);
      if (!node) return;
      node.textContent = node.textContent ? `${node.textContent}; ${message}` : message;
      node.closest(".card")?.classList.add("wrong");
      const inputs = node.closest(".field")?.querySelectorAll("input, select") ?? [];
      for (const input of inputs) input.setAttribute("aria-invalid", "true");
    }

    #setOption(index, option, value) {
      const label = `${plainName(nameOf(this.#steps[index]))}: ${option.name} ${chainEdits.valueLabel(value)}`;
      const next = chainEdits.setOption(this.#steps, index, option.name, value);
      this.#onchange(label, next, `${this.#section}.${index}.${option.name}`);
    }

    #move(from, to, direction) {
      if (!chainEdits.canMove(this.#steps, from, to)) return;
      const label = `${plainName(nameOf(this.#steps[from]))} moved`;
      this.#onchange(label, chainEdits.moveStep(this.#steps, from, to));
      if (!direction) return;
      const card = this.#card(to);
      const same = card?.querySelector(`[data-move="${direction}"]:not(:disabled)`);
      (same ?? card?.querySelector("[data-move]:not(:disabled)"))?.focus();
    }

    #add(hook, name) {
      this.#onchange(`${plainName(name)} added`, chainEdits.addStep(this.#steps, this.#section, hook, name));
      for (const adder of this.#element.querySelectorAll("details[open]")) adder.open = false;
      const cards = [...this.#element.querySelectorAll("[data-card]")];
      cards.findLast((card) => card.dataset.name === name)?.scrollIntoView({ block: "nearest" });
    }

    #remove(index) {
      const label = `${plainName(nameOf(this.#steps[index]))} removed`;
      this.#onchange(label, chainEdits.removeStep(this.#steps, index));
      const neighbour = this.#card(Math.min(index, this.#steps.length - 1));
      (neighbour?.querySelector(".remove") ?? this.#element.querySelector("summary"))?.focus();
    }

    /* By mouse, pen or finger: the card is dropped where the one under the pointer is. */
    #drag(event, card, index) {
      const grip = event.currentTarget;
      const alike = [...card.parentNode.children];
      let target = card;
      const onMove = ({ clientY }) => {
        target = nearest(alike, clientY);
        for (const one of alike) one.classList.toggle("over", one === target && one !== card);
      };
      const onEnd = ({ type }) => {
        grip.removeEventListener("pointermove", onMove);
        grip.removeEventListener("pointerup", onEnd);
        grip.removeEventListener("pointercancel", onEnd);
        card.classList.remove("dragged");
        for (const one of alike) one.classList.remove("over");
        if (type === "pointerup" && target !== card) this.#move(index, Number(target.dataset.card));
      };
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      card.classList.add("dragged");
      grip.addEventListener("pointermove", onMove);
      grip.addEventListener("pointerup", onEnd);
      grip.addEventListener("pointercancel", onEnd);
    }

    #draw() {
      const focused = this.#element.contains(document.activeElement) ? document.activeElement : null;
      const focusedCard = focused?.closest("[data-card]");
      const groups = chainEdits.GROUPS[this.#section].map((group) => this.#makeGroup(group));
      const mistake = make("p", { class: "mistake", "data-mistake": this.#section, role: "status" });
      this.#element.replaceChildren(...groups, mistake);
      if (!focusedCard || !focused.dataset.option) return;
      this.#card(focusedCard.dataset.card)?.querySelector(`[data-option="${focused.dataset.option}"]`)?.focus();
    }

    #makeGroup({ hook, head, what }) {
      const cards = this.#steps.map((step, index) => (hookOf(step) === hook ? this.#makeCard(step, index) : null));
      return make(
        "div",
        { class: "group" },
        make("h3", {}, head, make("small", {}, ` ${what}`)),
        make("ol", { class: "cards" }, ...cards),
        this.#makeAdder(hook, head),
      );
    }

    /* The steps that can be added, each with what it does. */
    #makeAdder(hook, head) {
      const isDraw = hook === "sample"; // there is always exactly one
      const label = isDraw ? "Draw with" : `Add to ${head.toLowerCase()}`;
      const choices = this.#plugins.filter((one) => one.section === this.#section && one.hook === hook);
      const makeChoice = ({ name, summary }) => {
        const click = () => this.#add(hook, name);
        const attributes = { type: "button", "data-plugin": name, on: { click } };
        return make("li", {}, make("button", attributes, make("b", {}, plainName(name)), make("small", {}, summary)));
      };
      return make(
        "details",
        { class: "adder", "data-add": hook },
        make("summary", { "aria-label": label }, isDraw ? "Draw otherwise…" : "+ Add a step…"),
        make("ul", {}, ...choices.map(makeChoice)),
      );
    }

    #makeCard(step, index) {
      const plugin = this.#plugin(step);
      const name = plainName(String(nameOf(step)));
      const card = make("li", { class: "card", "data-card": index, "data-name": nameOf(step) });
      const grip = make("span", { class: "grip", "aria-hidden": "true", title: "Drag to another place" }, "⠿");
      grip.addEventListener("pointerdown", (event) => {
        if (event.button === 0) this.#drag(event, card, index);
      });
      const head = make("h4", { title: plugin ? plugin.summary : "" }, name);
      card.append(make("div", { class: "title" }, grip, head, this.#makeMoves(name, index)));
      if (plugin) {
        const options = plugin.options.map((option) =>
          fields.makeField(
            option,
            optionsOf(step)[option.name],
            `${this.#section}.${index}.with.${option.name}`,
            (value) => this.#setOption(index, option, value),
          ),
        );
        card.append(make("p", { class: "summary" }, plugin.summary), ...options);
      }
      card.append(
        make("p", { class: "mistake", "data-mistake": `${this.#section}.${index}`, role: "status" }),
        make("p", { class: "effect", "data-effect": index }),
      );
      return card;
    }

    #makeMoves(name, index) {
      const mover = (direction, to, sign) =>
        make(
          "button",
          {
            type: "button",
            "data-move": direction,
            "aria-label": `Move ${name} ${direction}`,
            disabled: !chainEdits.canMove(this.#steps, index, to),
            on: { click: () => this.#move(index, to, direction) },
          },
          sign,
        );
      const remove = { click: () => this.#remove(index) };
      return make(
        "span",
        { class: "moves" },
        mover("up", index - 1, "↑"),
        mover("down", index + 1, "↓"),
        make("button", { type: "button", class: "remove", "aria-label": `Remove ${name}`, on: remove }, "×"),
      );
    }

    #update() {
      this.#steps.forEach((step, index) => {
        const rows = this.#card(index)?.querySelectorAll(".field") ?? [];
        const options = this.#plugin(step)?.options ?? [];
        options.forEach((option, at) => {
          if (rows[at]) fields.updateField(rows[at], option, optionsOf(step)[option.name]);
        });
      });
    }
  };

  function nearest(nodes, y) {
    const distance = (node) => {
      const box = node.getBoundingClientRect();
      return Math.abs((box.top + box.bottom) / 2 - y);
    };
    return nodes.reduce((best, node) => (distance(node) < distance(best) ? node : best));
  }
})((globalThis.jazzgram ??= {}));
