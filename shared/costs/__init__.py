"""What models cost: prices, demand, forecasts and the use that is billed."""
