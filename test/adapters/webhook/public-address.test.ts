import { expect, test } from "vitest";
import { isPublicAddress } from "../../../lib/adapters/webhook/public-address.ts";

test.each([
  ["this network", "0.0.0.0"],
  ["a private network of class A", "10.1.2.3"],
  ["a private network of class B", "172.31.255.255"],
  ["a private network of class C", "192.168.0.1"],
  ["carrier NAT", "100.64.0.1"],
  ["a metadata service behind carrier NAT", "100.100.100.200"],
  ["loopback", "127.0.0.1"],
  ["the end of loopback", "127.255.255.254"],
  ["the metadata service", "169.254.169.254"],
  ["credentials of containers", "169.254.170.2"],
  ["protocol assignments", "192.0.0.170"],
  ["documentation", "203.0.113.7"],
  ["benchmarks", "198.19.0.1"],
  ["multicast", "224.0.0.1"],
  ["what is reserved", "240.0.0.1"],
  ["broadcast", "255.255.255.255"],
  ["IPv6 unspecified", "::"],
  ["IPv6 loopback", "::1"],
  ["IPv6 loopback, written out", "0:0:0:0:0:0:0:1"],
  ["mapped loopback", "::ffff:127.0.0.1"],
  ["mapped metadata service in hexadecimal", "::ffff:a9fe:a9fe"],
  ["a mapped public address", "::ffff:93.184.215.14"],
  ["a compatible address", "::127.0.0.1"],
  ["translated", "::ffff:0:127.0.0.1"],
  ["NAT64 of the metadata service", "64:ff9b::169.254.169.254"],
  ["local NAT64", "64:ff9b:1::a00:1"],
  ["6to4 of a private address", "2002:a00:1::"],
  ["Teredo", "2001:0:53aa:64c::1"],
  ["IPv6 documentation", "2001:db8::1"],
  ["newer IPv6 documentation", "3fff::1"],
  ["IPv6 unique local", "fd12:3456::1"],
  ["the metadata service of AWS by IPv6", "fd00:ec2::254"],
  ["IPv6 link-local", "fe80::1"],
  ["IPv6 link-local with a zone", "fe80::1%eth0"],
  ["a public address with a zone", "2606:4700::1%eth0"],
  ["IPv6 site-local", "fec0::1"],
  ["IPv6 multicast", "ff02::1"],
  ["IPv6 discard", "100::1"],
  ["no address", "localhost"],
  ["an address of one number", "2130706433"],
  ["nothing", ""],
])("%s is not public: %s", (_, address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  "93.184.215.14",
  "1.1.1.1",
  "100.63.255.255",
  "172.32.0.1",
  "223.255.255.255",
  "2606:4700:4700::1111",
  "2a00:1450::1",
])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});
