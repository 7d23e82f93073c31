package flatmap

// factors are what a map multiplies words by, one chosen by its seed. Any odd
// number is correct. These are random ones that were found to spread keys with
// structure more evenly than random keys spread, whatever the secret: see mix,
// and TestSpread, which measures each. Of random odd numbers, one in forty
// passes.
var factors = [...]uint64{
	0x3e62c53a96e315b9, 0x2059d9c0b87b7ebd, 0xf25fe0e525d9dfb5, 0x5b66b60f442ee0fb,
	0x4fb616f7c45af533, 0x2d07af33fec8e5a5, 0x496265f6ecab35d9, 0xe8d85b993f58951b,
	0xa23dc0962b195387, 0x223a9d60d3bb2b3b, 0xbccfb531917ca6ef, 0x7f5d0b79fe5bbc0d,
	0xb661eb370c9ecec9, 0x16a6e4e246b5c355, 0x5b4c2e2e95adcdf1, 0x799300bef20861e5,
	0x6c98da5f46868163, 0x883461657866b41f, 0xb661f0b3d8d66bef, 0x2b2449ac45f7843b,
	0xee74bf8ca98cca57, 0x27b1d80c85e89a0d, 0x304cbf4e79dcdd4f, 0x36831061900a2a05,
	0x542d50ad51582e83, 0x11ff2f150f5d7859, 0x7835217e91ed27e5, 0x0e9e1277a5f36107,
	0x4172f2adb918d78b, 0x7e8f893f28a1bdf9, 0xb9c01740f5f3e94b, 0xa3ef94c3006d77dd,
	0x7253f41ebe33db1d, 0xa646536eb8b5cee7, 0xc45e64ddbb19b6b3, 0xaf47f28018df9d83,
	0x1157e08e10804ae1, 0x7277da5ec4c810e1, 0xc4de3f9cb0ca43e7, 0x4a24f5dad923cebd,
	0x136e4e212e971f15, 0x27c5229613798883, 0x841655cac2c736b9, 0x34c8d2378efe4cc7,
	0xdfe63f890a0da14d, 0x60e3c3f3f58610ad, 0x4340b12435d8d5c3, 0xd99c163857e293f3,
	0x901dcf005590535f, 0xe6ab1652ee417c69, 0xe1630bd90cbf1a4d, 0x1fa5d8e46350d16d,
	0x11890583092f8449, 0xcad596a129a5a117, 0x2dfb80a0bf05f4c1, 0xa539f92f4f347bf3,
	0x1ba6e2a4a3019231, 0x07e537630f80794f, 0x528501e33e55fc59, 0x178d2ab995b0e00b,
}
