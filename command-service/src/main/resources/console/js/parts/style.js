/** Rules of a page that others need not load. @returns {Promise} once they hold */
const loading = new Map();

/** @param {URL} url such as new URL("../../css/rules.css", import.meta.url) */
export function style(url) {
  if (!loading.has(url.href)) {
    loading.set(url.href, new Promise((resolve, reject) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = url.href;
      link.addEventListener("load", resolve);
      link.addEventListener("error", () => {
        loading.delete(url.href);
        reject(new Error(url.pathname + " cannot be loaded"));
      });
      document.head.append(link);
    }));
  }
  return loading.get(url.href);
}

/** Shared by the pages Alerts, Rules, Commands and Administration. */
export const workStyle = () => style(new URL("../../css/work.css", import.meta.url));
