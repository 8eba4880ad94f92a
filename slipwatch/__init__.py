"""Slipwatch: warns a PMO that an ERP or supply-chain rollout is slipping, before the committee hears of it."""

__version__ = "0.1.0"
