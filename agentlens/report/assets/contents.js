// Which part of the page is being read, and are the contents open beside it?

const contents = document.querySelector(".al-contents");
const list = contents.querySelector("details");
const wide = matchMedia("(min-width: 1240px)"); // as in page.css
const links = [...contents.querySelectorAll("a[href^='#']")];
const targets = links.map((link) => document.getElementById(link.hash.slice(1)));

function mark() {
  const line = innerHeight * 0.3 + 1;
  const last = targets.findLastIndex((target) => target.getBoundingClientRect().top < line);
  links.forEach((link, i) => {
    if (i === last) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
  });
  if (!wide.matches || last < 0) return;
  const { top, bottom } = contents.getBoundingClientRect();
  const at = links[last].getBoundingClientRect();
  if (at.top < top || at.bottom > bottom) contents.scrollTop += at.top - (top + bottom) / 2;
}

// Whenever something crosses the line: what is above it has been reached.
const crossed = new IntersectionObserver(mark, { rootMargin: "0px 0px -70% 0px" });
targets.forEach((target) => crossed.observe(target));

wide.onchange = () => (list.open = wide.matches);
wide.onchange();
