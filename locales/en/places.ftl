place-this-machine = This machine
place-private = Private network
place-unknown = Unknown place
# Such as: Berlin, Germany.
place-in = { $within }, { $country }
places-attribution = IP geolocation by { $vendor }
