// The picture of links: nearer and further, what belongs together, and the arrow keys. The page
// has all of it without this file; the layout was made by the server.

const svg = document.getElementById("network");
const SVG_FONT_PX = 12;
const STEP = 1.4;

/** Whether a node or a link belongs to a node. */
const belongs = (part, id) => part.dataset.id === id || part.dataset.one === id || part.dataset.other === id;

class Picture {
  constructor() {
    this.nodes = [...svg.querySelectorAll(".node")];
    this.edges = [...svg.querySelectorAll(".edge")];
    this.rows = [...document.querySelectorAll("tr[data-one]")];
    const { width, height } = svg.viewBox.baseVal;
    this.whole = { x: 0, y: 0, width, height };
    this.view = { ...this.whole };
    this.#tools();
    this.#pointing();
    this.#keys();
    new ResizeObserver(() => this.#sized()).observe(svg);
  }

  /** Nodes and names stay as large as on paper, whatever the picture's size. */
  #sized() {
    const { width } = svg.getBoundingClientRect();
    if (!width) return;
    const wide = Math.min(width / this.view.width, svg.clientHeight / this.view.height);
    for (const still of svg.querySelectorAll(".still")) still.setAttribute("transform", `scale(${(SVG_FONT_PX + 1) / SVG_FONT_PX / wide})`);
    this.#labels();
  }

  /** Where names would lie on each other, the one that matters more stays. */
  #labels() {
    const matter = ({ classList }) => ["root", "target", "way", "listed"].findIndex((one) => classList.contains(one)) >>> 0;
    const named = this.nodes.filter((node) => node.classList.contains("named"));
    for (const node of named) node.classList.remove("crowded");
    const boxes = named.map((node) => [node, node.querySelector("text").getBoundingClientRect()]);
    const kept = [];
    for (const [node, box] of boxes.sort(([one], [other]) => matter(one) - matter(other))) {
      const free = kept.every((there) => there.right < box.left || there.left > box.right || there.bottom < box.top || there.top > box.bottom);
      if (free) kept.push(box);
      else node.classList.add("crowded");
    }
  }

  #show() {
    const { x, y, width, height } = this.view;
    svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    this.#sized();
  }

  #zoom(by, [x, y] = [this.view.x + this.view.width / 2, this.view.y + this.view.height / 2]) {
    const width = Math.min(this.whole.width, Math.max(this.whole.width / 12, this.view.width / by));
    const part = width / this.view.width;
    this.view = { x: x - (x - this.view.x) * part, y: y - (y - this.view.y) * part, width, height: this.view.height * part };
    if (width === this.whole.width) this.view = { ...this.whole };
    this.#show();
  }

  #tools() {
    document.querySelector(".tools").hidden = false;
    document.getElementById("closer").addEventListener("click", () => this.#zoom(STEP));
    document.getElementById("further").addEventListener("click", () => this.#zoom(1 / STEP));
    document.getElementById("whole").addEventListener("click", () => {
      this.view = { ...this.whole };
      this.#show();
    });
  }

  #pointing() {
    for (const node of this.nodes) {
      node.addEventListener("pointerenter", () => this.#light(node.dataset.id));
      node.addEventListener("pointerleave", () => this.#light(null));
      node.addEventListener("focus", () => this.#light(node.dataset.id));
      node.addEventListener("blur", () => this.#light(null));
    }
    let from = null;
    svg.addEventListener("pointerdown", (event) => {
      if (!event.target.closest("a")) from = { x: event.clientX, y: event.clientY, view: this.view };
    });
    svg.addEventListener("pointermove", (event) => {
      if (!from) return;
      const scale = this.view.width / svg.getBoundingClientRect().width;
      this.view = { ...from.view, x: from.view.x - (event.clientX - from.x) * scale, y: from.view.y - (event.clientY - from.y) * scale };
      this.#show();
    });
    addEventListener("pointerup", () => { from = null; });
  }

  /** Let what belongs to a node stand out, in the picture and in the table; null: everything. */
  #light(id) {
    svg.classList.toggle("dim", id !== null);
    const ends = new Set([id]);
    for (const edge of this.edges) {
      const near = id !== null && belongs(edge, id);
      edge.classList.toggle("near", near);
      if (near) ends.add(edge.dataset.one).add(edge.dataset.other);
    }
    for (const node of this.nodes) node.classList.toggle("near", id !== null && ends.has(node.dataset.id));
    for (const row of this.rows) row.classList.toggle("near", id !== null && belongs(row, id));
  }

  /** One stop of the tab key for the picture: the arrows go on from node to node. */
  #keys() {
    for (const part of [...this.nodes, ...this.edges]) part.setAttribute("tabindex", "-1");
    (this.nodes.find((node) => node.classList.contains("root")) ?? this.nodes[0])?.setAttribute("tabindex", "0");
    svg.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      const here = event.target.closest(".node");
      if (!way || !here) return;
      event.preventDefault();
      const next = this.#towards(here, way);
      if (!next) return;
      here.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  }

  /** The nearest node in a direction; one that lies more aside counts as further off. */
  #towards(here, [right, down]) {
    let best = null;
    let least = Infinity;
    for (const node of this.nodes) {
      const dx = node.dataset.x - here.dataset.x;
      const dy = node.dataset.y - here.dataset.y;
      const along = dx * right + dy * down;
      const aside = Math.abs(dx * down) + Math.abs(dy * right);
      if (along > 0 && along + 2 * aside < least) [best, least] = [node, along + 2 * aside];
    }
    return best;
  }
}

if (svg) new Picture();

// A link of the picture leads to its row: who sees it is told where it went.
addEventListener("hashchange", () => document.querySelector("tr:target")?.focus({ preventScroll: true }));
