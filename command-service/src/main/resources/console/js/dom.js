/** Elements without markup in strings: what comes from devices is only ever text. */

/**
 * @param {string} tag
 * @param {object} [attributes] `class`, `on: {event: handler}`, `dataset`; true sets an attribute, false, null and undefined leave it out
 * @param {...(Node|string|number|Array|null|undefined|false)} children
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  return fill(element, attributes, children);
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for SVG. */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === "on") {
      for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    } else if (name === "dataset") {
      Object.assign(element.dataset, value);
    } else if (name === "value" && "value" in element) {
      element.value = value ?? "";
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  append(element, children);
  return element;
}

function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      parent.append(child instanceof Node ? child : String(child));
    }
  }
}

export function clear(node) {
  node.replaceChildren();
}

export function replace(node, ...children) {
  clear(node);
  append(node, children);
  return node;
}

let last = 0;

/** For `for`, `aria-labelledby` and the like: unique on the page. */
export function newId(what) {
  last += 1;
  return what + "-" + last;
}
