"""Shipped fakes and checks, for our tests and for those of programs that build on Kinora.

- `kinora.testing.fakes`: an engine, a depth estimator and a progress listener without surprises;
- `kinora.testing.photos`: small photos made by code;
- `kinora.testing.makers`: real, tiny videos without rendering, for tests of the service;
- `kinora.testing.checks`: assertions on frames and files.
"""
