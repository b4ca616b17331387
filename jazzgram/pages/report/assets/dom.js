/* Elements: found by id, and made with attributes, listeners and children. */
(function (jazzgram) {
  "use strict";
  const get = (id) => document.getElementById(id);

  /* Attributes that are false, null or undefined are left out, those that are true stand without a value; `on` holds
     listeners by event. Children are elements or text; null is left out. */
  function make(tag, { on = {}, ...attributes } = {}, ...children) {
    const node = document.createElement(tag);
    for (const [event, listener] of Object.entries(on)) node.addEventListener(event, listener);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === false || value === null || value === undefined) continue;
      node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null));
    return node;
  }

  jazzgram.dom = { get, make };
})((globalThis.jazzgram ??= {}));
