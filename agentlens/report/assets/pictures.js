// How does each figure of this page become a picture? On white paper, one after the other.
const found = document.createElement("div");
for (const [place, block] of document.querySelectorAll("script[data-height]").entries()) {
  const { data, layout } = JSON.parse(block.textContent);
  const box = document.body.appendChild(document.createElement("div"));
  const size = { width: 900, height: Number(block.dataset.height) };
  const paper = { paper_bgcolor: "#fff", plot_bgcolor: "#fff" };
  await Plotly.newPlot(box, data, { ...layout, ...paper, ...size }, { staticPlot: true });
  const picture = document.createElement("i");
  picture.dataset.n = place;
  picture.textContent = await Plotly.toImage(box, { format: "png", ...size });
  found.append(picture);
  box.remove();
}
document.body.replaceChildren(found);
