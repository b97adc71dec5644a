// Which of two pictures is shown: the one of the theme that the reader chose on the page.
const sources = document.querySelectorAll('picture source[media*="dark"]');
const media = { dark: "all", light: "not all" };

function wear() {
  const chosen = media[document.body.dataset.theme] ?? "(prefers-color-scheme: dark)";
  for (const source of sources) source.media = chosen;
}

new MutationObserver(wear).observe(document.body, { attributeFilter: ["data-theme"] });
wear();
