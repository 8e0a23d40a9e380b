// Shows a page of log lines; a click on one asks for all of it. The page is HTML in which Python has escaped every text.
export default {
  render({ model, el }) {
    const show = () => {
      const before = el.querySelector(".scroll");
      const focused = el.contains(document.activeElement) ? document.activeElement.closest("tr")?.dataset.row : undefined;
      el.innerHTML = model.get("value");
      const after = el.querySelector(".scroll");
      if (before !== null && after !== null && before.dataset.page === after.dataset.page) {
        const opened = after.querySelector("tr.details")?.previousElementSibling;
        after.scrollTop = opened ? opened.offsetTop : before.scrollTop;
        el.querySelector(`tr[data-row="${Number(focused)}"] button`)?.focus({ preventScroll: true });
      }
    };
    const open = (event) => {
      const row = event.target.closest("tr[data-row]");
      const selection = document.getSelection();
      const selects = selection !== null && !selection.isCollapsed && row !== null && selection.containsNode(row, true);
      if (row !== null && (!selects || event.target.closest("button") !== null)) {
        model.send({ row: Number(row.dataset.row) });
      }
    };
    model.on("change:value", show);
    el.addEventListener("click", open);
    show();
    return () => {
      model.off("change:value", show);
      el.removeEventListener("click", open);
    };
  },
};
