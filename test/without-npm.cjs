'use strict';
// Tests are the same whether npm has started them or not: what is printed to be typed again depends on it.
delete process.env.npm_command;
