// What every page does: keep its live parts fresh, and post what its buttons say.

import { watchButtons } from "./actions.js";
import { follow } from "./live.js";
import { localise } from "./times.js";

localise(document.body);
watchButtons(document.body);
for (const region of document.querySelectorAll("[data-live]")) follow(region.dataset.live);
