// Measures the width of the explorer, keeps the chart from trapping the Tab key, and scrolls to a new preview.
export default {
  render({ model, el }) {
    let root = null;
    const pass = () => {
      for (const one of root.querySelectorAll(".jupyter-matplotlib-canvas-container [tabindex='0']")) {
        one.tabIndex = -1;
      }
    };
    const measure = () => {
      const width = Math.floor(root.getBoundingClientRect().width);
      if (width > 0 && Math.abs(width - model.get("width_px")) > 8) {
        model.set("width_px", width);
        model.save_changes();
      }
    };
    const reveal = () => setTimeout(() => root?.querySelector("iframe")?.scrollIntoView({ block: "start" }), 300);
    model.on("change:previews", reveal);
    let waiting = 0;
    const sizes = new ResizeObserver(() => {
      clearTimeout(waiting);
      waiting = setTimeout(measure, 150);
    });
    const nodes = new MutationObserver(pass);
    const begin = () => {
      root = el.closest(".pmkit");
      if (root === null) {
        waiting = setTimeout(begin, 50);
        return;
      }
      sizes.observe(root);
      nodes.observe(root, { childList: true, subtree: true });
      pass();
    };
    begin();
    return () => {
      model.off("change:previews", reveal);
      clearTimeout(waiting);
      sizes.disconnect();
      nodes.disconnect();
    };
  },
};
