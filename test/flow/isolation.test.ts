import { describeIsolation } from "./isolation.js";

describeIsolation({ people: 50, atOnce: 10, requests: 1_000 });
