// The page is whole without this: it adds the switch of language, sorting, filtering, printing.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const htmlLanguages = { en: "en", zh: "zh-Hans" };

  const tellRows = (form) => {
    const output = form.querySelector("output");
    const table = document.getElementById(form.dataset.filters);
    const shown = all("tbody tr", table).filter((row) => !row.hidden).length;
    output.textContent = output.dataset[root.dataset.language].replace("#", shown);
  };

  const speak = (language) => {
    root.dataset.language = language;
    root.lang = htmlLanguages[language];
    document.title = language === "zh" ? root.dataset.titleZh : root.dataset.titleEn;
    all("[data-choose]").forEach((button) =>
      button.setAttribute("aria-pressed", String(button.dataset.choose === language)));
    all("option[data-en]").forEach((option) => { option.textContent = option.dataset[language]; });
    all("[data-label-en]").forEach((element) => element.setAttribute(
      "aria-label", language === "zh" ? element.dataset.labelZh : element.dataset.labelEn));
    all("form[data-filters]").forEach(tellRows);
  };

  const valueOf = (row, column, number) => {
    const cell = row.cells[column];
    if (cell.classList.contains("none")) return null;
    if (number) return Number(cell.dataset.value);
    if (cell.classList.contains("time")) return cell.dataset.value;
    return (all(`[lang="${root.lang}"]`, cell)[0] || cell).textContent.trim();
  };

  const sort = (table, column, heading) => {
    const number = heading.classList.contains("number");
    const before = heading.getAttribute("aria-sort");
    // Numbers and times begin with the largest, words with the first of the alphabet.
    const time = table.tBodies[0].rows[0]?.cells[column].classList.contains("time");
    const first = number || time ? "descending" : "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const order = before === first ? other : first;
    const sign = order === "ascending" ? 1 : -1;
    const compare = number
      ? (a, b) => a - b
      : new Intl.Collator(root.lang, { numeric: true }).compare;
    const rows = all("tr", table.tBodies[0]).map((row) => [valueOf(row, column, number), row]);
    rows.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      return sign * compare(a, b);
    });
    table.tBodies[0].append(...rows.map(([, row]) => row));
    all("th[aria-sort]", table).forEach((th) => th.setAttribute("aria-sort", "none"));
    heading.setAttribute("aria-sort", order);
  };

  all("table[data-sortable]").forEach((table) => {
    all("thead th", table).forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      heading.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => sort(table, column, heading));
    });
  });

  all("form[data-filters]").forEach((form) => {
    const rows = all("tbody tr", document.getElementById(form.dataset.filters));
    const search = form.querySelector("input");
    const choice = form.querySelector("select");
    const fits = (row) => {
      const wanted = choice ? choice.value : "";
      const outcome = wanted ? row.querySelector("td.outcome").dataset.value : "";
      const chosen = !wanted || (wanted[0] === "!" ? outcome !== wanted.slice(1) : outcome === wanted);
      return chosen && row.textContent.toLowerCase().includes(search.value.trim().toLowerCase());
    };
    const filter = () => {
      rows.forEach((row) => { row.hidden = !fits(row); });
      tellRows(form);
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
  });

  // Chromium keeps the boxes it drew in an SVG before the page's own font was there.
  document.fonts.load('1em "Page Chinese"', "码").then(() => root.classList.add("font-ready"));

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    closed.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));

  const languages = document.querySelector(".languages");
  languages.hidden = false;
  languages.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose]");
    if (button) speak(button.dataset.choose);
  });
  speak(root.dataset.language);
})();
