import { describeIsolation } from "../flow/isolation.js";

describeIsolation({ people: 500, atOnce: 100, requests: 50_000 });
