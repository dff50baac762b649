/** What the tests reach beside the public surface: the api over a scripted module, and the host over fetch. */
export * from "../src/index.js";
export { api } from "../src/client.js";
export { transport } from "../src/transport.js";
export { mark } from "../src/item.js";
