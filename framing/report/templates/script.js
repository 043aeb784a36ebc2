"use strict";
// Sorting and filtering only: everything else works without this script.
(function () {
  function value(row, i) {
    var cell = row.cells[i];
    var given = cell.getAttribute("data-v");
    if (given !== null) { return given === "" ? null : Number(given); }
    return cell.textContent.trim().toLowerCase();
  }
  function sort(table, i, button) {
    var body = table.tBodies[0];
    var up = button.getAttribute("data-up") !== "1";
    var rows = Array.prototype.slice.call(body.rows);
    rows.forEach(function (row, n) { row.sortPlace = n; });
    rows.sort(function (a, b) {
      var x = value(a, i), y = value(b, i);
      if (x === null || y === null) { return (x === null) - (y === null) || a.sortPlace - b.sortPlace; }
      var order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
      return (up ? order : -order) || a.sortPlace - b.sortPlace;
    });
    rows.forEach(function (row) { body.appendChild(row); });
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th) {
      th.removeAttribute("aria-sort");
      var other = th.querySelector("button");
      if (other && other !== button) { other.removeAttribute("data-up"); }
    });
    button.setAttribute("data-up", up ? "1" : "0");
    button.parentNode.setAttribute("aria-sort", up ? "ascending" : "descending");
  }
  document.querySelectorAll("table.sortable").forEach(function (table) {
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th, i) {
      var button = document.createElement("button");
      button.type = "button";
      while (th.firstChild) { button.appendChild(th.firstChild); }
      button.addEventListener("click", function () { sort(table, i, button); });
      th.appendChild(button);
    });
  });
  document.querySelectorAll("[data-filter]").forEach(function (area, n) {
    var items = area.querySelectorAll(area.getAttribute("data-filter"));
    if (items.length < 8) { return; }
    var box = document.createElement("div");
    box.className = "filter";
    var label = document.createElement("label");
    label.htmlFor = "filter-" + n;
    label.textContent = "Show only what contains";
    var input = document.createElement("input");
    input.type = "search";
    input.id = "filter-" + n;
    var said = document.createElement("span");
    said.setAttribute("role", "status");
    input.addEventListener("input", function () {
      var wanted = input.value.trim().toLowerCase(), shown = 0;
      items.forEach(function (item) {
        var fits = item.textContent.toLowerCase().indexOf(wanted) >= 0;
        item.hidden = !fits;
        shown += fits ? 1 : 0;
      });
      said.textContent = wanted ? shown + " of " + items.length : "";
    });
    box.appendChild(label); box.appendChild(input); box.appendChild(said);
    area.insertBefore(box, area.firstChild);
  });
  // Only what does not fit is a stop for the keyboard, since only that can be scrolled.
  function stops() {
    document.querySelectorAll(".scroll").forEach(function (area) {
      if (area.scrollWidth > area.clientWidth + 1) { area.tabIndex = 0; } else { area.removeAttribute("tabindex"); }
    });
  }
  window.addEventListener("resize", stops);
  document.addEventListener("toggle", stops, true);
  stops();
  // A link into a closed part opens it. Where nothing was closed the browser has scrolled already,
  // and on the way back to where the reader was.
  function open() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var opened = false;
    for (var at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS" && !at.open) { at.open = true; opened = true; }
    }
    if (opened) { target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", open);
  open();
})();
