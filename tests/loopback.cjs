// Loaded into Node before an emulator: it listens on the loopback interface only, and reaches nothing beyond it.
"use strict";

const net = require("node:net");

const HOST = "127.0.0.1";
const listen = net.Server.prototype.listen;
const connect = net.Socket.prototype.connect;

net.Server.prototype.listen = function (port, ...rest) {
  const callback = rest.find((one) => typeof one === "function");
  return listen.call(this, { port: typeof port === "object" ? port.port : port, host: HOST }, callback);
};

net.Socket.prototype.connect = function (...rest) {
  const [first] = Array.isArray(rest[0]) ? rest[0] : rest;
  const host = typeof first === "object" ? (first.path ? HOST : first.host) : rest[1];
  if (host && !["127.0.0.1", "::1", "localhost"].includes(host)) {
    throw new Error(`the tests' network is closed: ${host}`);
  }
  return connect.apply(this, rest);
};
